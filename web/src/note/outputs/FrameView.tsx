import { useEffect, useRef, useState } from 'react'
import { useShownTheme } from '../../app/theme'
import { Button } from '../../ui/Button'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import styles from './FrameView.module.css'
import { Frame, type FrameChannel, type FrameOutput, type FrameState } from './frame'

// Heights by output, so that a frame that is made again does not make the page jump.
const heights = new Map<string, number>()

/** HTML and scripts of one paragraph, boxed in a frame that can reach nothing of ours. */
export function FrameView({ outputs, channel }: { outputs: readonly FrameOutput[]; channel?: FrameChannel }) {
  const key = outputs[0]?.id ?? ''
  const place = useRef<HTMLDivElement>(null)
  const frame = useRef<Frame | null>(null)
  const theme = useShownTheme()
  const [state, setState] = useState<FrameState>('far')
  const [height, setHeight] = useState(() => heights.get(key) ?? 0)
  const [link, setLink] = useState<URL | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the frame lives as long as the place
  useEffect(() => {
    if (!place.current) return
    const events = {
      onState: setState,
      onHeight: (h: number) => {
        heights.set(key, h)
        setHeight(h)
      },
      onLink: (href: string) => setLink(linkFrom(href)),
    }
    const made = new Frame(place.current, theme, events, channel)
    frame.current = made
    return () => made.dispose()
  }, [])
  useEffect(() => frame.current?.show(outputs), [outputs])
  useEffect(() => frame.current?.setTheme(theme), [theme])

  return (
    <div className={styles.view} style={{ minHeight: state === 'stuck' ? Math.max(height, 56) : height }}>
      <div ref={place} className={styles.frame} />
      {state === 'asleep' && (
        <div className={styles.asleep}>
          <Button onClick={() => frame.current?.wake()}>Show this output again</Button>
        </div>
      )}
      {state === 'frozen' && (
        <p className={styles.frozen} role="status">
          A script of this output tried to open another page in its place, so its scripts were stopped.
        </p>
      )}
      {state === 'stuck' && (
        <div className={styles.stuck} role="alert">
          This output stopped responding.
          <Button onClick={() => frame.current?.stop()}>Stop its scripts</Button>
        </div>
      )}
      <ConfirmDialog
        open={link !== null}
        onOpenChange={(open) => !open && setLink(null)}
        title={`Open ${link?.host ?? ''}?`}
        confirm="Open in a new tab"
        onConfirm={() => link && window.open(link.href, '_blank', 'noopener,noreferrer')}
      >
        {`A link in this output leads to ${link?.href ?? ''}`}
      </ConfirmDialog>
    </div>
  )
}

/** Only web addresses are followed. */
function linkFrom(href: string): URL | null {
  const url = URL.canParse(href) ? new URL(href) : null
  return url && /^https?:$/.test(url.protocol) ? url : null
}
