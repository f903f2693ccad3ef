// The note's runs, newest first: who ran what, how it ended, and whether the code is
// still what ran.
import { useEffect, useState } from 'react'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Drawer } from '../../ui/Drawer'
import { EmptyState } from '../../ui/EmptyState'
import { IconButton } from '../../ui/IconButton'
import { RestartIcon } from '../../ui/icons'
import { SelectField } from '../../ui/SelectField'
import { Skeleton } from '../../ui/Skeleton'
import { toastError } from '../../ui/Toast'
import { useNote } from '../page/context'
import { RunRow } from './RunRow'
import styles from './RunsPanel.module.css'
import { listRuns, pageSize, type RunFilter, type RunRecord } from './runs'

const states = [
  { value: '', label: 'Any state' },
  { value: 'queued,sent', label: 'Running or queued' },
  { value: 'done', label: 'Finished' },
  { value: 'error', label: 'Error' },
  { value: 'cancelled', label: 'Cancelled' },
  { value: 'lost', label: 'Lost' },
]

export function RunsPanel({ onClose }: { onClose: () => void }) {
  const [filter, setFilter] = useState<RunFilter>({})
  const [isOnlyChanged, setOnlyChanged] = useState(false)
  const { runs, people, more, reload } = useRuns(filter)
  const shown = runs?.filter((r) => !isOnlyChanged || r.changedSince)
  return (
    <Drawer open onOpenChange={onClose} title="Runs">
      <div className={styles.panel}>
        <div className={styles.filters}>
          <SelectField
            label="Who"
            hideLabel
            value={String(filter.by ?? '')}
            options={[{ value: '', label: 'Everybody' }, ...people]}
            onChange={(by) => setFilter({ ...filter, by: by ? Number(by) : undefined })}
          />
          <SelectField
            label="State"
            hideLabel
            value={filter.state ?? ''}
            options={states}
            onChange={(state) => setFilter({ ...filter, state })}
          />
          <IconButton label="Look again" onClick={reload}>
            <RestartIcon />
          </IconButton>
        </div>
        <CheckField
          label="Only where the code changed since"
          checked={isOnlyChanged}
          onChange={setOnlyChanged}
        />
        {!shown && <Skeleton rows={4} height={48} label="Looking for runs" />}
        {shown?.length === 0 && (
          <EmptyState title="No runs">Nothing that you may see was run here.</EmptyState>
        )}
        <ul className={styles.list}>
          {shown?.map((r) => (
            <RunRow key={r.id} run={r} />
          ))}
        </ul>
        {more && <Button onClick={more}>Show earlier runs</Button>}
      </div>
    </Drawer>
  )
}

/** The runs a filter chooses, with who is among all that were seen so far. */
function useRuns(filter: RunFilter) {
  const { note } = useNote().client
  const [runs, setRuns] = useState<RunRecord[]>()
  const [names, setNames] = useState(new Map<number, string>())
  const [turn, setTurn] = useState(0)
  const [hasMore, setMore] = useState(false)
  const take = (before: RunRecord[], next: RunRecord[]) => {
    setRuns([...before, ...next])
    setMore(next.length === pageSize)
    setNames((known) => new Map([...known, ...next.map((r) => [r.by.id, r.by.name] as const)]))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: turn asks anew
  useEffect(() => {
    let current = true
    listRuns(note, filter)
      .then((next) => current && take([], next))
      .catch(toastError)
    return () => {
      current = false
    }
  }, [note, filter, turn])
  const more = () => {
    if (runs)
      void listRuns(note, filter, runs.at(-1)?.id)
        .then((next) => take(runs, next))
        .catch(toastError)
  }
  return {
    runs,
    people: [...names].filter(([id]) => id).map(([id, label]) => ({ value: String(id), label })),
    more: hasMore ? more : undefined,
    reload: () => setTurn(turn + 1),
  }
}
