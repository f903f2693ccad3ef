import { type FormEvent, useEffect, useState } from 'react'
import { api } from '../../api/client'
import type { AccessAnswer } from '../../api/sharing'
import type { Action, Principal } from '../../api/types'
import { ErrorNotice } from '../../pages/ErrorNotice'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/SelectField'
import { TextField } from '../../ui/TextField'
import styles from '../Access.module.css'
import { actionWords } from '../actionWords'
import { type ChosenPeople, useChosen } from '../chosen'
import { endOfDay, today } from '../dates'
import { PeopleField } from '../PeopleField'
import { Explanation } from './Explanation'

const isPerson = (p: Principal) => p.kind !== 'everyone'
const actions: Action[] = ['read', 'run', 'write', 'manage']
const options = actions.map((value) => ({ value, label: actionWords[value] }))

/** Asks whether somebody may do something here, now or on a past day, and why. */
export function ExplainPanel({ node }: { node: string }) {
  const person = useOneChosen()
  const [action, setAction] = useState<Action>('read')
  const [day, setDay] = useState('')
  const [answer, setAnswer] = useState<AccessAnswer>()
  const { busy, error, submit, again } = useQuestion(async () => {
    const [who] = await person.settled()
    const at = day && day !== today() ? endOfDay(day) : undefined
    const query = { person: who && String(who.id), action, at }
    setAnswer(await api.get<AccessAnswer>(`/nodes/${node}/access`, { query }))
  })
  return (
    <>
      <form className={styles.question} onSubmit={submit} aria-label="Explain">
        <PeopleField label="May" placeholder="You, or a name" people={person} accepts={isPerson} />
        <SelectField label="do this" value={action} options={options} onChange={setAction} />
        <TextField
          label="On (today if empty)"
          type="date"
          max={today()}
          value={day}
          onChange={(e) => setDay(e.target.value)}
        />
        <Button type="submit" busy={busy}>
          Explain
        </Button>
      </form>
      {error !== undefined && <ErrorNotice error={error} onRetry={again} />}
      <div aria-live="polite">{answer && <Explanation answer={answer} />}</div>
    </>
  )
}

/** A field that holds the last name put into it. */
function useOneChosen(): ChosenPeople {
  const people = useChosen(isPerson)
  const { list, remove } = people
  useEffect(() => {
    const first = list[0]
    if (list.length > 1 && first) remove(first.name)
  }, [list, remove])
  return people
}

/** A form that can be sent again after its answer. */
function useQuestion(ask: () => Promise<void>) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const again = async () => {
    setBusy(true)
    setError(undefined)
    await ask().catch(setError)
    setBusy(false)
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    void again()
  }
  return { busy, error, submit, again }
}
