// One paragraph: far from the viewport only its text, near it everything.
import type { Text } from '@codemirror/state'
import {
  type CSSProperties,
  type MouseEvent,
  memo,
  startTransition,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import type { ParagraphSettings } from '../../wire/types'
import { edit } from '../commands/navigation'
import { InputHost } from '../input/InputHost'
import type { ParagraphState } from '../replica/state'
import { prefixOf } from '../text/languages'
import { useFocusOf, useLanguage, useMay, useNote, useParagraph, useRun, useText } from './context'
import { DragHandle } from './DragHandle'
import { EditorHost } from './EditorHost'
import { InsertBar } from './InsertBar'
import { MarkdownHost } from './MarkdownHost'
import { OutputHost } from './OutputHost'
import styles from './ParagraphCard.module.css'
import { ParagraphHead } from './ParagraphHead'
import { RunFooter } from './RunFooter'
import { stateWord } from './runWords'
import { useIsOpened } from './useIsOpened'
import { useStarting } from './useStarting'

export const ParagraphCard = memo(function ParagraphCard({ id }: { id: string }) {
  const paragraph = useParagraph(id)
  return paragraph && <Card paragraph={paragraph} />
})

function Card({ paragraph }: { paragraph: ParagraphState }) {
  const { id, settings, title } = paragraph
  const note = useNote()
  const card = useRef<HTMLElement>(null)
  const near = useNear(id, card)
  const lines = useText(id, (text) => text.lines)
  const mode = useFocusOf(id)
  const run = useRun(id)
  const state = stateWord(run, useStarting(id))
  const mayWrite = useMay('write')
  const { isMarkdown, name } = useLanguage(id)
  const isOpened = useIsOpened(id)
  const isEmpty = useText(id, isBlank)
  const isRendered = isMarkdown && !isOpened && !isEmpty
  const isCodeHidden = (settings.hideCode ?? false) && !isOpened

  const onDoubleClick = (e: MouseEvent) => {
    if (isRendered && mayWrite && !(e.target as HTMLElement).closest('a, button')) edit(note, id)
  }
  return (
    <div className={styles.cell} style={{ gridColumn: `span ${settings.width || 12}` }}>
      {near && mayWrite && <InsertBefore id={id} />}
      {near && mayWrite && <DragHandle id={id} />}
      <section
        ref={card}
        className={styles.card}
        data-pid={id}
        data-state={state}
        data-mode={mode}
        data-rendered={isRendered || undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a paragraph is selected by focusing it
        tabIndex={0}
        aria-label={`Paragraph${title ? ` ${title}` : ''}, ${isMarkdown ? 'markdown' : name}`}
        style={{ containIntrinsicBlockSize: `auto ${estimate(lines, isCodeHidden)}px`, ...sizes(settings) }}
        onDoubleClick={onDoubleClick}
      >
        <div className={styles.rail} aria-hidden="true" />
        {near && <ParagraphHead paragraph={paragraph} state={state} run={run} isRendered={isRendered} />}
        {isRendered ? (
          <MarkdownHost paragraph={paragraph} near={near} />
        ) : (
          <div hidden={isCodeHidden}>
            <EditorHost paragraph={paragraph} near={near} />
          </div>
        )}
        {!isMarkdown && near && <OutputHost paragraph={paragraph} run={run} />}
        {!isMarkdown && near && run && <InputHost paragraph={id} run={run} />}
        {!isMarkdown && near && run && <RunFooter paragraph={paragraph} run={run} />}
      </section>
    </div>
  )
}

/** The font size that is set on the paragraph, as the sizes its code is laid out by. */
function sizes({ fontSize }: ParagraphSettings): CSSProperties {
  if (!fontSize) return {}
  return { '--code-size': `${fontSize}px`, '--code-line': `${Math.round(fontSize * 1.5)}px` } as CSSProperties
}

/** Whether there is nothing but the prefix. */
function isBlank(text: Text): boolean {
  return text.length < 1000 && text.sliceString(prefixOf(text)?.length ?? 0).trim() === ''
}

function InsertBefore({ id }: { id: string }) {
  const { client } = useNote()
  const { order } = client.store.view
  return <InsertBar after={order[order.indexOf(id) - 1] ?? ''} />
}

/** A guess of the height of a card that was never shown, so that the scrollbar is right. */
function estimate(lines: number, isCodeHidden: boolean): number {
  return (isCodeHidden ? 0 : lines * 20 + 16) + 44
}

/** Whether the paragraph is near the viewport. */
function useNear(id: string, card: { current: HTMLElement | null }): boolean {
  const { viewport, editors } = useNote()
  const [near, setNear] = useState(false)
  const look = useCallback(() => {
    const now = viewport.isNear(id)
    // What was built once stays; the browser skips it out of view.
    if (now) startTransition(() => setNear(true))
    editors.setNear(id, now)
  }, [id, viewport, editors])
  useEffect(
    () => (card.current ? viewport.watch(id, card.current, look) : undefined),
    [id, card, viewport, look],
  )
  return near
}
