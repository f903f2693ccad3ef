import { useCallback, useRef, useState } from 'react'
import { api } from '../api/client'
import type { Node } from '../api/types'
import { newKey } from '../tree/actions'
import { loadTree, putNode } from '../tree/store'
import { messageOf } from './ErrorNotice'
import { whyNot } from './imports'

/** A file on its way to becoming a note. */
export interface Import {
  key: string
  fileName: string
  state: 'waiting' | 'sending' | 'done' | 'failed'
  note?: Node
  /** What could not be taken over as it was. */
  warnings?: string[]
  failure?: string
}

export interface Imports {
  list: Import[]
  add: (files: File[]) => void
  clear: () => void
}

/** Sends files one after the other; one that fails changes nothing and stops no other. */
export function useImports(): Imports {
  const [list, setList] = useState<Import[]>([])
  const queue = useRef<Promise<void>>(Promise.resolve())

  const add = useCallback((files: File[]) => {
    for (const file of files) {
      const key = newKey()
      const failure = whyNot(file.name)
      setList((before) => [
        ...before,
        { key, fileName: file.name, state: failure ? 'failed' : 'waiting', failure },
      ])
      const change = (part: Partial<Import>) =>
        setList((before) => before.map((i) => (i.key === key ? { ...i, ...part } : i)))
      if (!failure) queue.current = queue.current.then(() => send(file, key, change))
    }
  }, [])
  const clear = useCallback(
    () => setList((before) => before.filter((i) => i.state === 'waiting' || i.state === 'sending')),
    [],
  )
  return { list, add, clear }
}

async function send(file: File, key: string, change: (part: Partial<Import>) => void) {
  change({ state: 'sending' })
  try {
    const note = await api.upload<Node & { warnings?: string[] }>('/notes/import', file, {
      query: { file: file.name },
      idempotencyKey: key,
    })
    putNode(note)
    loadTree()
    change({ state: 'done', note, warnings: note.warnings ?? [] })
  } catch (e) {
    change({ state: 'failed', failure: messageOf(e) })
  }
}
