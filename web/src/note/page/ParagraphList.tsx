// The paragraphs in order. Moved ones keep their editors' focus and their frames'
// state: browsers that can move elements without reloading what is in them do so.
import { type FocusEvent, useCallback, useEffect, useRef } from 'react'
import { usePlace } from '../../app/router'
import { selectSoon } from '../commands/navigation'
import { paragraphAt } from '../focus'
import { useSlice } from '../replica/store'
import { useClient, useMay, useNote } from './context'
import { EmptyNote } from './EmptyNote'
import { GhostCard } from './GhostCard'
import { InsertBar } from './InsertBar'
import { ParagraphCard } from './ParagraphCard'
import styles from './ParagraphList.module.css'
import { useReorder } from './useReorder'

export function ParagraphList() {
  const note = useNote()
  const { client, focus } = note
  const order = useSlice(client.store, 'order', (s) => s.order)
  const ghosts = useClient((c) => c.texts.ghosts)
  const mayWrite = useMay('write')
  const list = useRef<HTMLDivElement | null>(null)
  const reorder = useReorder(list)
  const hold = useCallback((element: HTMLDivElement | null) => {
    list.current = element
    if (element) moveWithoutReloading(element)
  }, [])
  useLinkedParagraph()

  const onFocus = (e: FocusEvent) => {
    const paragraph = paragraphAt(e.target)
    if (!paragraph) return
    focus.set(paragraph, e.target.closest('.cm-content') ? 'edit' : 'command')
    if (focus.opened !== '' && focus.opened !== paragraph) focus.open('')
  }
  const onBlur = () => focus.set(focus.paragraph, 'command')

  if (order.length === 0 && ghosts.size === 0) return <EmptyNote />
  const ghostsBehind = (after: string) => [...ghosts.values()].filter((g) => g.after === after)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only follows the focus of what is inside
    <div ref={hold} className={styles.list} onFocus={onFocus} onBlur={onBlur} {...(mayWrite && reorder)}>
      {ghostsBehind('').map((g) => (
        <GhostCard key={`ghost-${g.paragraph}`} ghost={g} />
      ))}
      {order.flatMap((id) => [
        <ParagraphCard key={id} id={id} />,
        ...ghostsBehind(id).map((g) => <GhostCard key={`ghost-${g.paragraph}`} ghost={g} />),
      ])}
      {mayWrite && (
        <div className={styles.end}>
          <InsertBar after={order.at(-1) ?? ''} isAlwaysShown />
        </div>
      )}
    </div>
  )
}

/** An address may end in the id of a paragraph: it is gone to once. */
function useLinkedParagraph() {
  const note = useNote()
  const { hash } = usePlace()
  useEffect(() => {
    const paragraph = /^#p=([\w-]+)$/.exec(hash)?.[1]
    if (paragraph) selectSoon(note, paragraph)
  }, [hash, note])
}

type Movable = HTMLElement & { moveBefore?: (node: Node, child: Node | null) => void }

function moveWithoutReloading(element: Movable) {
  const { moveBefore } = element
  if (!moveBefore || Object.hasOwn(element, 'insertBefore')) return
  const insertBefore = element.insertBefore
  element.insertBefore = function insert<T extends Node>(node: T, child: Node | null): T {
    if (node.parentNode !== element) return insertBefore.call(element, node, child) as T
    moveBefore.call(element, node, child)
    return node
  }
}
