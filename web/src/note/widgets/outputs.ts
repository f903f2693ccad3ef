// The outputs that an output widget shows, in nbformat, as they grow. What is too much
// is left out at the front.
import type { LateOutput, Traceback } from '../../wire/types'
import { isRecord } from './model'

export type Output = Record<string, unknown>

/** How much an output widget keeps: outputs, and characters of streams. */
export const mostOutputs = 1000
export const mostText = 1 << 20

export interface Shown {
  readonly outputs: readonly Output[]
  /** The next output takes the place of all. */
  readonly clearNext: boolean
}

/** The outputs after one more; the same when it changes nothing. */
export function withOutput(s: Shown, o: LateOutput): Shown {
  if (o.kind === 'clear') return o.wait ? { ...s, clearNext: true } : { outputs: [], clearNext: false }
  if (o.kind === 'update') return { ...s, outputs: s.outputs.map((known) => rewritten(known, o)) }
  const next = outputOf(o)
  const before = s.clearNext ? [] : s.outputs
  return { outputs: joined(before, next).slice(-mostOutputs), clearNext: false }
}

function joined(before: readonly Output[], next: Output): Output[] {
  const last = before.at(-1)
  if (next.output_type !== 'stream' || last?.output_type !== 'stream' || last.name !== next.name)
    return [...before, next]
  return [...before.slice(0, -1), { ...last, text: `${last.text}${next.text}`.slice(-mostText) }]
}

/** A late output as nbformat writes it. */
export function outputOf(o: LateOutput): Output {
  const bundle = isRecord(o.data) ? o.data : {}
  switch (o.kind) {
    case 'display':
    case 'result':
      return {
        output_type: 'display_data',
        data: bundle.data ?? {},
        metadata: bundle.metadata ?? {},
        ...(o.displayId && { transient: { display_id: o.displayId } }),
      }
    case 'error': {
      const { name, value, traceback } = bundle as Partial<Traceback>
      return { output_type: 'error', ename: name ?? 'Error', evalue: value ?? '', traceback: traceback ?? [] }
    }
    case 'dropped':
      return { output_type: 'stream', name: 'stderr', text: `[${o.text ?? 'some output was left out'}]\n` }
    default:
      return { output_type: 'stream', name: o.name ?? 'stdout', text: o.text ?? '' }
  }
}

function rewritten(known: Output, o: LateOutput): Output {
  const id = isRecord(known.transient) ? known.transient.display_id : undefined
  return o.displayId && id === o.displayId ? outputOf({ ...o, kind: 'display' }) : known
}
