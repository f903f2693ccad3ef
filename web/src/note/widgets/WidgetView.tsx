// Widgets of one's own code, live in the sandboxed frame. Others, and whoever comes
// when the kernel is gone, see the text that came along.
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useMe } from '../../app/session'
import { Skeleton } from '../../ui/Skeleton'
import type { Person } from '../../wire/types'
import { FrameView } from '../outputs/FrameView'
import type { FrameOutput } from '../outputs/frame'
import { useNote } from '../page/context'
import { widgetChannel } from './channel'
import styles from './WidgetView.module.css'

export interface WidgetOutput extends FrameOutput {
  model: string
  /** What the widget shows besides, for whoever cannot use it. */
  text: ReactNode
}

/** Widgets that stand together in the output of one run. */
export function WidgetView({ outputs, by }: { outputs: readonly WidgetOutput[]; by: Person | undefined }) {
  const me = useMe()?.id
  const { comms } = useNote().client
  const models = useMemo(() => outputs.map((o) => o.model), [outputs])
  const standing = useSyncExternalStore(comms.subscribe, () => standingOf(models.map(comms.standing)))
  const mine = by !== undefined && by.id === me
  useEffect(() => {
    if (mine && standing === 'coming') for (const m of models) comms.want(m)
  }, [mine, standing, comms, models])

  if (!mine) return <Still outputs={outputs}>Only {by?.name ?? 'whoever ran this'} can use this.</Still>
  if (standing === 'gone')
    return (
      <Still outputs={outputs}>This widget is not there any more. Run the paragraph again to use it.</Still>
    )
  if (standing === 'coming')
    return <Skeleton rows={1} height={40} label="Asking the kernel for this widget" />
  return <LiveWidgets outputs={outputs} />
}

/** How the least of several stands. */
function standingOf(all: ReturnType<ReturnType<typeof useNote>['client']['comms']['standing']>[]) {
  return all.includes('gone') ? 'gone' : all.includes('coming') ? 'coming' : 'known'
}

function Still({ outputs, children }: { outputs: readonly WidgetOutput[]; children: ReactNode }) {
  return (
    <div className={styles.still}>
      {outputs.map((o) => (
        <div key={o.id}>{o.text}</div>
      ))}
      <p className={styles.note}>{children}</p>
    </div>
  )
}

function LiveWidgets({ outputs }: { outputs: readonly WidgetOutput[] }) {
  const { comms } = useNote().client
  const [failure, setFailure] = useState('')
  const channel = useMemo(() => widgetChannel(comms, (e) => setFailure(e.message)), [comms])
  const missed = useSyncExternalStore(comms.subscribe, () => comms.missed)
  return (
    <>
      <FrameView outputs={outputs} channel={channel} />
      {failure && <p className={styles.failed}>{failure}</p>}
      {missed > 0 && (
        <p className={styles.note}>
          {missed.toLocaleString('en')} of the widgets’ messages came too fast and were left out; what is
          shown was asked for anew.
        </p>
      )}
    </>
  )
}
