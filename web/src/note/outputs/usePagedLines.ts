import { useEffect, useMemo } from 'react'
import type { PartState } from '../replica/output'
import { PagedLines } from './pagedLines'
import { readerOf } from './stretch'
import { usePages } from './usePages'

/** The lines of a part page by page, or null while `isWanted` is false. Another revision begins anew. */
export function usePagedLines(
  note: string,
  run: string,
  part: PartState,
  isWanted: boolean,
): PagedLines | null {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a part that only grew is told to `grow`
  const lines = useMemo(
    () => (isWanted ? new PagedLines(part, readerOf(note, run, part)) : null),
    [note, run, part.part, part.revision, part.gapLine, part.gapLines, isWanted],
  )
  usePages(lines)
  useEffect(() => lines?.grow(part), [lines, part])
  return lines
}
