import { type KeyboardEvent, useRef } from 'react'
import { type TreeMove, treeMove, typeAhead } from './keys'
import type { Command } from './NodeMenu'
import type { Row } from './nodes'

const forgetTypedAfter = 700

export interface TreeKeys {
  rows: Row[]
  active: string | undefined
  onMove: (move: TreeMove) => void
  onCommand: (command: Command) => void
  onMenu: () => void
}

/** The handler of a tree's keys: returns whether the key meant something. */
export function useTreeKeys({ rows, active, onMove, onCommand, onMenu }: TreeKeys) {
  const typed = useRef({ text: '', at: 0 })

  const lookFor = (letter: string) => {
    const now = performance.now()
    const { text, at } = typed.current
    typed.current = { text: now - at > forgetTypedAfter ? letter : text + letter, at: now }
    const id = typeAhead(rows, active, typed.current.text)
    if (id) onMove({ kind: 'go', id })
    return true
  }
  return (e: KeyboardEvent): boolean => {
    if (e.ctrlKey || e.metaKey || e.altKey) return false
    if (e.key === 'ContextMenu' || (e.key === 'F10' && e.shiftKey)) return run(onMenu)
    if (e.key === 'F2') return run(() => onCommand('rename'))
    if (e.key === 'Delete') return run(() => onCommand('trash'))
    const move = treeMove(rows, active, e.key === ' ' ? 'Enter' : e.key)
    if (move) return run(() => onMove(move))
    return e.key.length === 1 && e.key !== ' ' && lookFor(e.key)
  }
}

function run(f: () => void): true {
  f()
  return true
}
