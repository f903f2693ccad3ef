// Whether the open note is a scratch copy: those stand in no tree, so that only notes
// that are not listed are asked about.
import { createContext, useContext, useEffect, useState } from 'react'
import { api } from '../../api/client'
import type { ScratchNode } from '../../api/sharing'
import { useTree } from '../../tree/store'

export interface Scratch {
  /** What it is a copy of: without a name if that is not listed any more. */
  of: string | undefined
  name: string
}

const ScratchReact = createContext<Scratch | undefined>(undefined)
export const ScratchProvider = ScratchReact.Provider

/** The scratch copy that is open; undefined for a note. */
export const useScratch = () => useContext(ScratchReact)

export function useScratchOf(note: string): Scratch | undefined {
  const { nodes } = useTree()
  const listed = nodes?.has(note)
  const [node, setNode] = useState<ScratchNode>()
  useEffect(() => {
    setNode(undefined)
    if (listed !== false) return
    const stop = new AbortController()
    api.get<ScratchNode>(`/nodes/${note}`, { signal: stop.signal }).then(
      (n) => !stop.signal.aborted && setNode(n),
      () => {}, // it is shown as any note
    )
    return () => stop.abort()
  }, [note, listed])
  if (!node?.scratch) return undefined
  return { of: node.scratchOf && nodes?.get(node.scratchOf)?.name, name: node.name }
}
