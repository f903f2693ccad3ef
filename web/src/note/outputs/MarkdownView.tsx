import { useLayoutEffect, useRef, useState } from 'react'
import styles from './MarkdownView.module.css'

type Render = (source: string) => DocumentFragment

let render: Render | undefined

/** Markdown as sanitised elements; its renderer is fetched when the first one is shown. */
export function MarkdownView({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null)
  const [ready, setReady] = useState(render !== undefined)
  useLayoutEffect(() => {
    if (ready) place.current?.replaceChildren(render?.(text) ?? text)
    else
      void import('./markdown').then((m) => {
        render = m.renderMarkdown
        setReady(true)
      })
  }, [text, ready])
  return (
    <div ref={place} className={styles.markdown}>
      {!ready && text}
    </div>
  )
}
