// Moving paragraphs by dragging their handle. Where the paragraph would go is shown as
// a line, drawn outside React so that dragging renders nothing.
import { type DragEvent, type RefObject, useMemo } from 'react'
import { moveBehind } from '../commands/structure'
import { elementOf } from '../focus'
import { useNote } from './context'
import styles from './useReorder.module.css'

const kind = 'application/x-quire-paragraph'

/** Begins dragging a paragraph; for the handle's onDragStart. */
export function startDrag(e: DragEvent, paragraph: string) {
  const card = elementOf(paragraph)
  e.dataTransfer.setData(kind, paragraph)
  e.dataTransfer.effectAllowed = 'move'
  if (card) e.dataTransfer.setDragImage(card, 20, 20)
}

export function useReorder(list: RefObject<HTMLElement | null>) {
  const note = useNote()
  return useMemo(() => {
    const isOurs = (e: DragEvent) => e.dataTransfer.types.includes(kind)
    return {
      onDragOver: (e: DragEvent) => {
        if (!isOurs(e) || !list.current) return
        e.preventDefault()
        mark(list.current, placeAt(list.current, e.clientY))
      },
      onDragLeave: (e: DragEvent) => {
        if (!list.current?.contains(e.relatedTarget as Node | null)) unmark(list.current)
      },
      onDrop: (e: DragEvent) => {
        if (!isOurs(e) || !list.current) return
        e.preventDefault()
        unmark(list.current)
        const dragged = e.dataTransfer.getData(kind)
        const before = placeAt(list.current, e.clientY)?.dataset.pid
        const rest = note.client.store.view.order.filter((id) => id !== dragged)
        const at = before === dragged ? -1 : before ? rest.indexOf(before) : rest.length
        if (at >= 0) moveBehind(note, dragged, rest[at - 1] ?? '')
      },
    }
  }, [list, note])
}

/** The card in front of which something dropped here goes; null for the end. */
function placeAt(list: HTMLElement, y: number): HTMLElement | null {
  for (const card of list.querySelectorAll<HTMLElement>('[data-pid]')) {
    const box = card.getBoundingClientRect()
    if (y < box.top + box.height / 2) return card
  }
  return null
}

function mark(list: HTMLElement, before: HTMLElement | null) {
  const line =
    list.querySelector<HTMLElement>(`.${styles.line}`) ?? list.appendChild(document.createElement('div'))
  line.className = styles.line ?? ''
  const last = [...list.querySelectorAll('[data-pid]')].at(-1)
  const edge = before
    ? before.getBoundingClientRect().top - 7
    : (last?.getBoundingClientRect().bottom ?? 0) + 5
  line.style.top = `${edge - list.getBoundingClientRect().top}px`
}

function unmark(list: HTMLElement | null) {
  list?.querySelector(`.${styles.line}`)?.remove()
}
