// A list of names, as somebody has it from a spreadsheet or a mail: told while it is
// written what it comes to, and saved as a whole.
import { useEffect, useState } from 'react'
import type { Pasted } from '../../api/admin'
import { api } from '../../api/client'
import type { Preview } from '../../api/sharing'
import type { Group } from '../../api/types'
import { PreviewView } from '../../share/PreviewView'
import { newKey } from '../../tree/actions'
import { TextArea } from '../../ui/TextArea'
import { toast } from '../../ui/Toast'
import { ErrorNotice } from '../ErrorNotice'
import { FormDialog } from '../FormDialog'
import page from '../Page.module.css'
import { maxPasted, type PastedList, previewMembers, readPasted, unknownIn } from './members'

const pause = 350
const namedAtMost = 20

interface PasteDialogProps {
  group: Group
  onClose: () => void
  onSaved: (group: Group) => void
}

export function PasteDialog({ group, onClose, onSaved }: PasteDialogProps) {
  const [text, setText] = useState('')
  const list = readPasted(text, group.members)
  const asked = useAnswer(group, list)
  const save = async () => {
    const made = await api.post<Pasted>(
      `/groups/${group.id}/members`,
      { names: list.names },
      { idempotencyKey: newKey() },
    )
    onSaved(made)
    toast(`${counted(made.added, 'new member', 'new members')} in “${group.name}”.`)
    onClose()
  }
  const unknown = unknownIn(asked.error)
  return (
    <FormDialog
      title={`Add a list to “${group.name}”`}
      description={`Names of people and groups, one per line or with commas between. At most ${maxPasted.toLocaleString()}.`}
      verb={list.fresh.length > 0 ? `Add ${list.fresh.length.toLocaleString()}` : 'Add'}
      disabled={list.fresh.length === 0 || list.tooMany > 0 || asked.error !== undefined || !asked.settled}
      onClose={onClose}
      onSubmit={save}
    >
      <TextArea
        label="Names"
        rows={8}
        autoFocus
        spellCheck={false}
        autoCapitalize="none"
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <Told list={list} unknown={unknown} settled={asked.settled} />
      {asked.error !== undefined && unknown.length === 0 && <ErrorNotice error={asked.error} />}
      {asked.preview && asked.settled && <PreviewView preview={asked.preview} />}
    </FormDialog>
  )
}

/** What the list comes to, in words that are read out as they change. */
function Told({ list, unknown, settled }: { list: PastedList; unknown: string[]; settled: boolean }) {
  if (list.names.length === 0) return null
  const found = list.fresh.length - unknown.length
  const shown = unknown.slice(0, namedAtMost)
  const rest = unknown.length - shown.length
  return (
    <div role="status" className={page.small}>
      <p>
        {counted(list.names.length, 'name', 'names')}:{' '}
        {[
          settled
            ? `${found.toLocaleString()} found`
            : `${list.fresh.length.toLocaleString()} being looked up`,
          list.already > 0 && `${list.already.toLocaleString()} already in the group`,
          list.repeated > 0 && `${list.repeated.toLocaleString()} repeated`,
          unknown.length > 0 && `${unknown.length.toLocaleString()} unknown`,
        ]
          .filter(Boolean)
          .join(', ')}
        .
      </p>
      {unknown.length > 0 && (
        <p className={page.wrong}>
          Nobody is called {shown.join(', ')}
          {rest > 0 && ` and ${rest} more`}. Correct or remove them: a list is added as a whole.
        </p>
      )}
      {list.tooMany > 0 && (
        <p className={page.wrong}>
          That is {list.tooMany.toLocaleString()} too many: at most {maxPasted.toLocaleString()} at once.
        </p>
      )}
    </div>
  )
}

interface Answer {
  /** What was asked about. */
  key: string
  preview?: Preview
  error?: unknown
}

/** What the server says of the list, once it has not been changed for a moment. */
function useAnswer(group: Group, list: PastedList) {
  const key = list.tooMany > 0 ? '' : list.fresh.join('\n')
  const [answer, setAnswer] = useState<Answer>({ key: '' })
  useEffect(() => {
    if (!key) return
    const stop = new AbortController()
    const names = [...group.members.map((m) => m.name), ...key.split('\n')]
    const timer = setTimeout(() => {
      previewMembers(group.id, names, stop.signal).then(
        (preview) => setAnswer({ key, preview }),
        (error: unknown) => !stop.signal.aborted && setAnswer({ key, error }),
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key, group])
  const settled = key !== '' && answer.key === key
  return { settled, preview: settled ? answer.preview : undefined, error: settled ? answer.error : undefined }
}

const counted = (n: number, one: string, many: string) => `${n.toLocaleString()} ${n === 1 ? one : many}`
