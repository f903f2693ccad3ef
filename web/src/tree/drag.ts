// Moving nodes by drag: a folder takes what is dropped on it or on a note in it, the
// empty place below takes it to the top. A folder that is hovered opens.
import { type DragEvent, useRef, useState } from 'react'
import type { Node } from '../api/types'
import { canMoveInto } from './nodes'

const openAfter = 600

export interface Drag {
  /** The folder that would take it; null: the top; undefined: nothing is over a place that takes it. */
  target: string | null | undefined
  onDragStart: (e: DragEvent, node: Node) => void
  onDragOver: (e: DragEvent, over: Node | null) => void
  onDrop: (e: DragEvent, over: Node | null) => void
  onDragEnd: () => void
}

export function useDrag(
  nodes: ReadonlyMap<string, Node>,
  open: (id: string) => void,
  move: (node: Node, parent: string | null) => void,
): Drag {
  const dragged = useRef<Node>(null)
  const hover = useRef<{ id: string; timer: ReturnType<typeof setTimeout> }>(null)
  const [target, setTarget] = useState<string | null>()

  const hovering = (over: Node | null) => {
    if (hover.current?.id === over?.id) return
    clearTimeout(hover.current?.timer)
    hover.current =
      over?.kind === 'folder' ? { id: over.id, timer: setTimeout(() => open(over.id), openAfter) } : null
  }
  const end = () => {
    dragged.current = null
    hovering(null)
    setTarget(undefined)
  }
  const placeOf = (over: Node | null) => (over?.kind === 'note' ? (over.parent ?? null) : (over?.id ?? null))
  /** What is dragged, if it may be dropped there. */
  const taken = (over: Node | null) => {
    const node = dragged.current
    return node && canMoveInto(nodes, node.id, placeOf(over)) ? node : null
  }
  return {
    target,
    onDragStart: (e, node) => {
      dragged.current = node
      e.dataTransfer.effectAllowed = 'move'
      e.dataTransfer.setData('text/plain', node.name)
    },
    onDragOver: (e, over) => {
      if (!dragged.current) return
      e.stopPropagation()
      hovering(over)
      const takes = taken(over) !== null
      if (takes) e.preventDefault()
      setTarget(takes ? placeOf(over) : undefined)
    },
    onDrop: (e, over) => {
      if (!dragged.current) return
      e.preventDefault()
      e.stopPropagation()
      const node = taken(over)
      if (node) move(node, placeOf(over))
      end()
    },
    onDragEnd: end,
  }
}
