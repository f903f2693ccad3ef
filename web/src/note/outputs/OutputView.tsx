// A run's output: its parts in order, each in the richest form that is safe. Parts that
// go into the sandboxed frame and stand together share one frame.
import { lazy, Suspense, useMemo, useState } from 'react'
import { Button } from '../../ui/Button'
import type { Person, Traceback } from '../../wire/types'
import type { PartState, RunOutput } from '../replica/output'
import { isRecord } from '../widgets/model'
import type { WidgetOutput } from '../widgets/WidgetView'
import { ErrorView } from './ErrorView'
import { FrameView } from './FrameView'
import type { FrameOutput } from './frame'
import { ImageView } from './ImageView'
import { JsonView } from './JsonView'
import { LatexView } from './LatexView'
import { MarkdownView } from './MarkdownView'
import { bundleOf, type Chosen, choose, stringOf, widgetView, without } from './mime'
import styles from './OutputView.module.css'
import { PagedTable } from './PagedTable'
import { TableView } from './TableView'
import { TextView } from './TextView'
import { TooLarge } from './TooLarge'

const WidgetView = lazy(() => import('../widgets/WidgetView').then((m) => ({ default: m.WidgetView })))

const shownAtFirst = 50

export interface OutputViewProps {
  note: string
  output: RunOutput
  isLive: boolean
  /** Who ran it, and so has its widgets. */
  by?: Person
}

export function OutputView({ note, output, isLive, by }: OutputViewProps) {
  const [most, setMost] = useState(shownAtFirst)
  const groups = useGroups(note, output)
  return (
    <div className={styles.output}>
      {groups.slice(0, most).map((g) =>
        'frame' in g ? (
          <FrameView key={g.key} outputs={g.frame} />
        ) : 'widgets' in g ? (
          <Suspense key={g.key}>
            <WidgetView outputs={g.widgets} by={by} />
          </Suspense>
        ) : (
          <PartView key={g.key} note={note} run={output.run} part={g.part} isLive={isLive} />
        ),
      )}
      {groups.length > most && (
        <Button className={styles.more} onClick={() => setMost(most + 200)}>
          Show {Math.min(200, groups.length - most)} of {groups.length - most} more outputs
        </Button>
      )}
    </div>
  )
}

type Group = { key: string } & ({ part: PartState } | { frame: FrameOutput[] } | { widgets: WidgetOutput[] })

function useGroups(note: string, output: RunOutput): Group[] {
  return useMemo(() => {
    const groups: Group[] = []
    for (const part of output.parts) {
      if (isEmpty(part)) continue
      const boxed = frameOutput(output.run, part)
      const widget = widgetOutput(note, output.run, part)
      const last = groups.at(-1)
      if (widget && last && 'widgets' in last) last.widgets.push(widget)
      else if (widget) groups.push({ key: `w${part.part}`, widgets: [widget] })
      else if (!boxed) groups.push({ key: `p${part.part}`, part })
      else if (last && 'frame' in last) last.frame.push(boxed)
      else groups.push({ key: `f${part.part}`, frame: [boxed] })
    }
    return groups
  }, [note, output])
}

/** Cleared parts, and streams that printed nothing yet. */
export function isEmpty(p: PartState): boolean {
  return p.bytes === 0 && p.data === undefined && p.head === ''
}

function frameOutput(run: string, p: PartState): FrameOutput | null {
  const chosen = chosenForm(p)
  if (chosen?.renderer !== 'frame') return null
  return { id: `${run}/${p.part}`, mime: chosen.mime, data: stringOf(chosen.data) }
}

function widgetOutput(note: string, run: string, p: PartState): WidgetOutput | null {
  const chosen = chosenForm(p)
  const bundle = bundleOf(p.data)
  if (!bundle || chosen?.renderer !== 'widget' || !isRecord(chosen.data)) return null
  const model = String(chosen.data.model_id)
  const text = <BundleView note={note} run={run} part={{ ...p, data: without(bundle, widgetView) }} />
  return { id: `${run}/${p.part}`, mime: chosen.mime, data: JSON.stringify({ model_id: model }), model, text }
}

function chosenForm(p: PartState): Chosen | null {
  if (p.kind !== 'display' && p.kind !== 'result') return null
  const bundle = bundleOf(p.data)
  return bundle && choose(bundle)
}

interface PartViewProps {
  note: string
  run: string
  part: PartState
  isLive: boolean
}

function PartView({ note, run, part, isLive }: PartViewProps) {
  if (part.kind === 'stream') return <TextView note={note} run={run} part={part} isLive={isLive} />
  if (part.kind === 'notice') return <p className={styles.notice}>{part.head}</p>
  if (part.data === undefined) return <Unsent key={part.revision} note={note} run={run} part={part} />
  if (part.kind === 'error') return <ErrorView error={tracebackOf(part.data)} />
  return <BundleView part={part} note={note} run={run} />
}

/** What is too large to be sent unasked. */
function Unsent({ note, run, part }: Omit<PartViewProps, 'isLive'>) {
  if (part.table) return <PagedTable note={note} run={run} part={part} />
  return (
    <TooLarge note={note} run={run} part={part}>
      {(whole) => <PartView note={note} run={run} part={whole} isLive={false} />}
    </TooLarge>
  )
}

function BundleView({ note, run, part }: Omit<PartViewProps, 'isLive'>) {
  const chosen = chosenForm(part)
  const text = stringOf(chosen?.data)
  const asText = useMemo(
    () => ({ ...part, kind: 'stream' as const, head: text, end: part.bytes, data: undefined }),
    [part, text],
  )
  if (!chosen) return <p className={styles.notice}>This output has no form that can be shown here.</p>
  switch (chosen.renderer) {
    case 'table':
      return <TableView text={text} isEscaped={isEscaped(bundleOf(part.data)?.metadata?.[chosen.mime])} />
    case 'markdown':
      return <MarkdownView text={text} />
    case 'latex':
      return <LatexView text={text} />
    case 'image':
      return (
        <ImageView mime={chosen.mime} data={text} metadata={bundleOf(part.data)?.metadata?.[chosen.mime]} />
      )
    case 'json':
      return <JsonView value={chosen.data} />
    default:
      return <TextView note={note} run={run} part={asText} isLive={false} />
  }
}

/** Whether a table's metadata say that its cells are escaped. */
function isEscaped(metadata: unknown): boolean {
  return (
    typeof metadata === 'object' && metadata !== null && 'escaped' in metadata && metadata.escaped === true
  )
}

function tracebackOf(data: unknown): Traceback {
  const t = (typeof data === 'object' && data !== null ? data : {}) as Partial<Traceback>
  return { name: String(t.name ?? 'Error'), value: String(t.value ?? ''), traceback: t.traceback ?? [] }
}
