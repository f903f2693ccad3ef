import { MarkdownView } from '../outputs/MarkdownView'
import type { ParagraphState } from '../replica/state'
import { prefixOf } from '../text/languages'
import { useText } from './context'
import styles from './MarkdownHost.module.css'
import { ParagraphTitle } from './ParagraphTitle'

/** A markdown paragraph, rendered; far from the viewport it stands as text. */
export function MarkdownHost({ paragraph, near }: { paragraph: ParagraphState; near: boolean }) {
  const text = useText(paragraph.id, (t) => t)
  const body = text.sliceString(prefixOf(text)?.length ?? 0)
  return (
    <div className={styles.host}>
      <div className={styles.title}>
        <ParagraphTitle paragraph={paragraph} />
      </div>
      {near ? <MarkdownView text={body} /> : <pre>{body}</pre>}
    </div>
  )
}
