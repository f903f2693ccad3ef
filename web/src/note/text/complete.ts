// Completion by the kernel that runs the paragraph. Positions are Unicode code points
// there (Jupyter messaging 5) and UTF-16 units here.
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { api } from '../../api/client'
import { prefixOf } from './languages'

interface CompleteReply {
  matches?: string[]
  cursor_start?: number
  cursor_end?: number
}

const longestWait = 3000

/** Asks the kernel how the code at the caret could go on. */
export async function completeByKernel(
  note: string,
  interpreter: string,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  if (!context.explicit) return null
  const start = prefixOf(context.state.doc)?.length ?? 0
  const code = context.state.sliceDoc(start)
  if (context.pos < start) return null
  const position = codePoints(code.slice(0, context.pos - start))
  const signal = AbortSignal.timeout(longestWait)
  const body = { interpreter, code, position }
  const answer = await api
    .post<{ reply: CompleteReply | null }>(`/notes/${note}/complete`, body, { signal })
    .catch(() => null)
  const { matches = [], cursor_start = position } = answer?.reply ?? {}
  if (matches.length === 0 || context.aborted) return null
  return {
    from: start + units(code, cursor_start),
    options: matches.map((label) => ({ label })),
    validFor: /^[\w.]*$/,
  }
}

const codePoints = (s: string) => [...s].length

const units = (s: string, points: number) => [...s].slice(0, points).join('').length
