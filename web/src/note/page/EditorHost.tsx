// The place of a paragraph's editor. Until one is mounted the text stands here as it
// is, found by the browser's search and as high as the editor will be.
import { type PointerEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ParagraphState } from '../replica/state'
import { useLanguage, useMay, useNote, useText } from './context'
import styles from './EditorHost.module.css'

export interface EditorHostProps {
  paragraph: ParagraphState
  near: boolean
}

export function EditorHost({ paragraph, near }: EditorHostProps) {
  const { id, settings } = paragraph
  const note = useNote()
  const { editors, viewport } = note
  const place = useRef<HTMLDivElement>(null)
  const [mounted, setMounted] = useState(false)
  const { language, isMarkdown } = useLanguage(id)

  useLayoutEffect(() => {
    if (!place.current) return
    const detach = editors.attach(id, place.current, () => setMounted(editors.isMounted(id)))
    if (viewport.isNear(id)) editors.setNear(id, true)
    return detach
  }, [id, editors, viewport])
  useConfigured(id, mounted, language, isMarkdown, settings.lineNumbers ?? false)

  return (
    <div className={styles.host} data-near={near || undefined}>
      {!mounted && <StaticCode id={id} isWrapped={isMarkdown} />}
      <div ref={place} hidden={!mounted} />
    </div>
  )
}

/** Keeps the editor as the paragraph and one's rights are. */
function useConfigured(
  id: string,
  mounted: boolean,
  language: string,
  isMarkdown: boolean,
  lineNumbers: boolean,
) {
  const { client, editors } = useNote()
  const isEditable = useMay('write')
  const generation = useText(id, () => client.texts.peek(id)?.document.generation ?? 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a restarted document is configured anew
  useEffect(() => {
    if (!mounted) return
    const hint = isEditable ? (isMarkdown ? '' : 'Type code here. Shift+Enter runs it.') : ''
    editors.configure(id, { isEditable, language, lineNumbers, wrap: isMarkdown, hint })
  }, [id, editors, mounted, isEditable, language, lineNumbers, isMarkdown, generation])
}

function StaticCode({ id, isWrapped }: { id: string; isWrapped: boolean }) {
  const { editors } = useNote()
  const text = useText(id, (t) => t)
  // The editor comes in time to take the click that was meant for it.
  const mount = useCallback(
    (e: PointerEvent) => {
      if (e.button !== 0) return
      const view = editors.mountNow(id)
      const at = view?.posAtCoords({ x: e.clientX, y: e.clientY })
      if (!view || at === undefined || at === null) return
      e.preventDefault()
      view.dispatch({ selection: { anchor: at } })
      view.focus()
    },
    [editors, id],
  )
  return (
    <pre className={isWrapped ? `${styles.code} ${styles.wrapped}` : styles.code} onPointerDown={mount}>
      {text.toString()}
      {'\n'}
    </pre>
  )
}
