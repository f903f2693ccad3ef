// The note's runs, newest first: who ran what, how it ended, and whether the code is
// still what ran.
import { useMemo, useState } from 'react'
import { Button } from '../../ui/Button'
import { CheckField } from '../../ui/CheckField'
import { Drawer } from '../../ui/Drawer'
import { EmptyState } from '../../ui/EmptyState'
import { SelectField } from '../../ui/SelectField'
import { Skeleton } from '../../ui/Skeleton'
import { useNote } from '../page/context'
import { useSlice } from '../replica/store'
import { RunRow } from './RunRow'
import styles from './RunsPanel.module.css'
import type { RunFilter } from './runs'
import { useRuns } from './useRuns'

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
  const { runs, people, more } = useRuns(filter)
  const paragraphs = useParagraphs()
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
          <SelectField
            label="Paragraph"
            hideLabel
            value={filter.paragraph ?? ''}
            options={[{ value: '', label: 'Any paragraph' }, ...paragraphs]}
            onChange={(paragraph) => setFilter({ ...filter, paragraph })}
          />
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

/** The paragraphs there are, by title or place. */
function useParagraphs() {
  const { store } = useNote().client
  const order = useSlice(store, 'order', (s) => s.order)
  return useMemo(
    () =>
      order.map((id, i) => {
        const title = store.view.paragraphs.get(id)?.title
        return { value: id, label: title ? `${i + 1}: ${title}` : `Paragraph ${i + 1}` }
      }),
    [order, store],
  )
}
