// Caps in words: what a limit on a group leaves of what its members were given.
import type { Cap } from '../../api/admin'
import type { Action } from '../../api/types'
import { actionsText } from '../../share/actionWords'

export type CapKind = 'read' | 'run' | 'write'

export const capKinds: readonly { value: CapKind; actions: Action[]; label: string; description: string }[] =
  [
    {
      value: 'read',
      actions: ['read'],
      label: 'Look only',
      description: 'Nothing can be run or changed, whatever was granted.',
    },
    {
      value: 'run',
      actions: ['read', 'run'],
      label: 'Look and run',
      description: 'Code can be run as it stands, but not changed. Good for a class or an exam.',
    },
    {
      value: 'write',
      actions: ['read', 'write'],
      label: 'Look and change, without running',
      description: 'Text can be written; no code runs.',
    },
  ]

/** What a cap leaves, in words. */
export function leftText(actions: Action[]): string {
  const same = (b: Action[]) => b.length === actions.length && b.every((a) => actions.includes(a))
  return capKinds.find((k) => same(k.actions))?.label ?? `Only ${actionsText(actions)}`
}

export function placeText(cap: Pick<Cap, 'node'>): string {
  return cap.node ? `In “${cap.node.name}” and below` : 'Everywhere'
}

/** The id in an address of a note or folder, or the id itself. */
export function nodeIn(text: string): string | undefined {
  return /(?:^|[/=])([0-9a-z]{26})(?:$|[#?&/])/.exec(text.trim())?.[1]
}
