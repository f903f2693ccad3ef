import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../api/client'
import type { PartState } from '../replica/output'
import { readPart } from './parts'

/** The most that is read to be shown here, bytes. */
export const mostShown = 32 << 20

export interface Whole {
  /** The part's JSON, once it was read. */
  data: unknown
  /** What is read of it, 0 to 1; undefined while nothing is read. */
  share: number | undefined
  /** Why it could not be read. */
  failure: string | undefined
  read: () => Promise<void>
  cancel: () => void
}

/** Reads all of a part that was not sent unasked, when asked to. */
export function useWhole(note: string, run: string, part: PartState): Whole {
  const [data, setData] = useState<unknown>()
  const [share, setShare] = useState<number>()
  const [failure, setFailure] = useState<string>()
  const current = useRef<AbortController>(undefined)
  useEffect(() => () => current.current?.abort(), [])

  const cancel = () => {
    current.current?.abort()
    setShare(undefined)
    setFailure(undefined)
  }
  const read = async () => {
    cancel()
    const control = new AbortController()
    current.current = control
    const { signal } = control
    setShare(0)
    try {
      setData(await readAll(note, run, part, setShare, signal))
    } catch (cause) {
      if (!signal.aborted) setFailure(cause instanceof ApiError ? cause.message : 'The connection broke.')
    }
    if (!signal.aborted) setShare(undefined)
  }
  return { data, share, failure, read, cancel }
}

async function readAll(
  note: string,
  run: string,
  part: PartState,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<unknown> {
  const pieces: string[] = []
  let bytes = 0
  const take = (piece: string, size: number) => {
    pieces.push(piece)
    bytes += size
    progress(bytes / part.bytes)
  }
  await readPart(note, run, part, { from: 0, to: part.bytes }, take, signal)
  signal.throwIfAborted()
  return JSON.parse(pieces.join(''))
}
