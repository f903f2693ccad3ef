// Completion by the kernel that runs the paragraph.
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { api } from '../../api/client'
import { askedAt, placeOf } from './kernelPosition'

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
  const asked = askedAt(context.state, context.pos)
  if (!asked) return null
  const signal = AbortSignal.timeout(longestWait)
  const body = { interpreter, code: asked.code, position: asked.position }
  const answer = await api
    .post<{ reply: CompleteReply | null }>(`/notes/${note}/complete`, body, { signal })
    .catch(() => null)
  const { matches = [], cursor_start = asked.position } = answer?.reply ?? {}
  if (matches.length === 0 || context.aborted) return null
  return {
    from: placeOf(asked, cursor_start),
    options: matches.map((label) => ({ label })),
    validFor: /^[\w.]*$/,
  }
}
