// Where a caret stands for a kernel: it gets the text without its first line's prefix,
// and counts Unicode code points (Jupyter messaging 5) where we count UTF-16 units.
import type { EditorState } from '@codemirror/state'
import { prefixOf } from './languages'

export interface Question {
  code: string
  position: number
  /** Where the kernel's text begins in ours. */
  start: number
}

/** null in the prefix, about which no kernel knows anything. */
export function askedAt(state: EditorState, at: number): Question | null {
  const start = prefixOf(state.doc)?.length ?? 0
  if (at < start) return null
  const code = state.sliceDoc(start)
  return { code, position: [...code.slice(0, at - start)].length, start }
}

/** The place in our text of a kernel's position. */
export const placeOf = (q: Question, points: number) => q.start + [...q.code].slice(0, points).join('').length
