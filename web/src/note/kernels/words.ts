// Kernels in words.
import type { Kernel } from '../../wire/types'
import { when } from '../page/runWords'

const words: Record<Kernel['state'], string> = {
  starting: 'starting…',
  idle: 'idle',
  busy: 'busy',
  dead: 'ended',
  ended: 'ended',
}

/** As the status bar says it: "python3 idle", "your python3 ended". */
export function chipOf(k: Kernel): string {
  return `${k.person ? 'your ' : ''}${k.interpreter} ${words[k.state]}`
}

export const isAlive = (k: Kernel) => k.state !== 'dead' && k.state !== 'ended'

/** What a kernel does, since when and why, in a sentence. */
export function sentenceOf(k: Kernel): string {
  const since = when(k.since)
  switch (k.state) {
    case 'starting':
      return `Starting since ${since}.`
    case 'idle':
      return `Waiting for something to do since ${since}.`
    case 'busy':
      return `Running code since ${since}.`
    default:
      return `Ended at ${since}${k.reason ? `: ${k.reason.replace(/\.$/, '')}` : ''}. The next run starts another one.`
  }
}

/** Whose it is, in a sentence. */
export function whoseOf(k: Kernel, me: number | undefined): string {
  if (!k.person) return 'Shared by everybody who runs this note.'
  if (k.person.id === me) return 'Your own kernel: nobody meets your variables.'
  return `${k.person.name}’s own kernel.`
}
