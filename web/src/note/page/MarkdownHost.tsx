import { MarkdownView } from '../outputs/MarkdownView'
import { prefixOf } from '../text/languages'
import { useText } from './context'
import styles from './MarkdownHost.module.css'

/** A markdown paragraph, rendered; far from the viewport it stands as text. */
export function MarkdownHost({ id, near }: { id: string; near: boolean }) {
  const text = useText(id, (t) => t)
  const body = text.sliceString(prefixOf(text)?.length ?? 0)
  return <div className={styles.host}>{near ? <MarkdownView text={body} /> : <pre>{body}</pre>}</div>
}
