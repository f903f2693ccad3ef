// Sets of actions in words, for previews and explanations.
import type { Action } from '../api/types'

export const actionWords: Record<Action, string> = {
  read: 'read',
  run: 'run',
  write: 'change',
  manage: 'decide who has access',
}

const order: Action[] = ['read', 'run', 'write', 'manage']

/** "read and run"; "nothing" for none. */
export function actionsText(actions: Action[]): string {
  const words = order.filter((a) => actions.includes(a)).map((a) => actionWords[a])
  if (words.length < 2) return words[0] ?? 'nothing'
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
