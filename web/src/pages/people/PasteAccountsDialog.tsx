// A list of people, as somebody has it from a spreadsheet or a mail: told while it is
// written whose names are taken, and then made into accounts.
import { useEffect, useState } from 'react'
import type { Principal } from '../../api/types'
import { useChosen } from '../../share/chosen'
import { PeopleField } from '../../share/PeopleField'
import { TextArea } from '../../ui/TextArea'
import { ErrorNotice } from '../ErrorNotice'
import { FormDialog } from '../FormDialog'
import page from '../Page.module.css'
import {
  type AccountList,
  makeAccounts,
  maxAccounts,
  type Outcome,
  readAccounts,
  takenAmong,
} from './accounts'
import { InvitationsDialog } from './InvitationsDialog'

const pause = 350
const namedAtMost = 20
const isGroup = (p: Principal) => p.kind === 'group'

export function PasteAccountsDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [text, setText] = useState('')
  const [made, setMade] = useState<Outcome[]>()
  const [done, setDone] = useState<number>()
  const groups = useChosen(isGroup)
  const list = readAccounts(text)
  const { taken, error, settled } = useTaken(list)
  if (made) return <InvitationsDialog outcomes={made} onClose={onClose} />

  const make = async () => {
    const into = (await groups.settled()).map((g) => g.name)
    setDone(0)
    setMade(await makeAccounts(list.accounts, into, setDone))
    onMade()
  }
  const count = list.accounts.length
  const isFine = count > 0 && settled && taken.length + list.bad.length + list.tooMany === 0
  return (
    <FormDialog
      title="Add a list of people"
      description={`Names, one per line or with commas between, at most ${maxAccounts}. In two columns from a spreadsheet the second is the full name.`}
      verb={done !== undefined ? `${done} of ${count}` : count > 0 ? `Add ${count} and get links` : 'Add'}
      disabled={!isFine}
      // Who is away when the links come does not get them.
      onClose={() => done === undefined && onClose()}
      onSubmit={make}
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
      <Told list={list} taken={taken} settled={settled} />
      {error !== undefined && <ErrorNotice error={error} />}
      <PeopleField
        label="Groups for all of them (optional)"
        placeholder="Names of groups"
        people={groups}
        accepts={isGroup}
      />
    </FormDialog>
  )
}

/** What the list comes to, in words that are read out as they change. */
function Told({ list, taken, settled }: { list: AccountList; taken: string[]; settled: boolean }) {
  const { accounts, bad, repeated, tooMany } = list
  if (accounts.length === 0) return null
  const free = accounts.length - taken.length - bad.length
  const parts = [
    settled ? `${free} free` : 'being looked up',
    taken.length > 0 && `${taken.length} taken`,
    bad.length > 0 && `${bad.length} not possible`,
    repeated > 0 && `${repeated} repeated`,
  ]
  return (
    <div role="status" className={page.small}>
      <p>
        {accounts.length} {accounts.length === 1 ? 'name' : 'names'}: {parts.filter(Boolean).join(', ')}.
      </p>
      {taken.length > 0 && (
        <p className={page.wrong}>Somebody or a group is called {named(taken)} already.</p>
      )}
      {bad.length > 0 && (
        <p className={page.wrong}>Nobody can be called {named(bad)}: names are letters, digits and signs.</p>
      )}
      {tooMany > 0 && (
        <p className={page.wrong}>
          That is {tooMany} too many: at most {maxAccounts} at once.
        </p>
      )}
    </div>
  )
}

function named(names: string[]): string {
  const rest = names.length - namedAtMost
  return `${names.slice(0, namedAtMost).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

interface Answer {
  /** What was asked about. */
  key: string
  taken: string[]
  error?: unknown
}

/** Which names are taken, once the list has not been changed for a moment. */
function useTaken({ accounts, bad, tooMany }: AccountList) {
  const names = accounts.map((a) => a.name).filter((n) => !bad.includes(n))
  const key = tooMany > 0 ? '' : names.join('\n')
  const [answer, setAnswer] = useState<Answer>({ key: '', taken: [] })
  useEffect(() => {
    if (!key) return
    const stop = new AbortController()
    const timer = setTimeout(() => {
      takenAmong(key.split('\n'), stop.signal).then(
        (taken) => setAnswer({ key, taken }),
        (error: unknown) => !stop.signal.aborted && setAnswer({ key, taken: [], error }),
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key])
  const isAnswered = answer.key === key
  return {
    taken: isAnswered ? answer.taken : [],
    error: isAnswered ? answer.error : undefined,
    settled: isAnswered && answer.error === undefined,
  }
}
