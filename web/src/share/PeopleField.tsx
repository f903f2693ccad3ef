// A field for names of users and groups: suggests while one types, takes lists that
// are pasted, and keeps each name as a chip that says when nobody bears it.
import { useId, useRef } from 'react'
import type { Principal } from '../api/types'
import { Chip } from '../ui/Chip'
import { Spinner } from '../ui/Spinner'
import { type Chosen, type ChosenPeople, unknownOf } from './chosen'
import { maxNames } from './names'
import styles from './PeopleField.module.css'
import { nameOf, PrincipalIcon, PrincipalName } from './PrincipalName'
import { usePeopleInput } from './usePeopleInput'

export interface PeopleFieldProps {
  label: string
  hideLabel?: boolean
  placeholder?: string
  people: ChosenPeople
  /** Which are suggested. */
  accepts?: (principal: Principal) => boolean
  autoFocus?: boolean
}

export function PeopleField(props: PeopleFieldProps) {
  const { label, hideLabel, placeholder, people, accepts, autoFocus } = props
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const { text, options, at, overflow, choose, handlers } = usePeopleInput(people, accepts)
  const open = options.length > 0
  const problem = problemOf(people.list, overflow)
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <div className={styles.anchor}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a click beside the names aims at the field */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field itself is reached by Tab */}
        <div
          ref={box}
          className={styles.box}
          data-invalid={problem ? true : undefined}
          onClick={(e) => e.target === e.currentTarget && box.current?.querySelector('input')?.focus()}
        >
          {people.list.map((chosen) => (
            <NameChip key={chosen.name} chosen={chosen} onRemove={() => people.remove(chosen.name)} />
          ))}
          <input
            id={id}
            className={styles.input}
            role="combobox"
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={open && at >= 0 ? `${id}-${at}` : undefined}
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? `${id}-error` : undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: dialogs that are about it begin here
            autoFocus={autoFocus}
            placeholder={people.list.length === 0 ? placeholder : undefined}
            value={text}
            {...handlers}
          />
        </div>
        <Suggestions id={id} options={options} at={at} onChoose={choose} />
      </div>
      {problem && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

interface SuggestionsProps {
  id: string
  options: Principal[]
  at: number
  onChoose: (principal: Principal) => void
}

function Suggestions({ id, options, at, onChoose }: SuggestionsProps) {
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label="Suggestions"
      className={styles.list}
      hidden={options.length === 0}
    >
      {options.map((p, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
        <div
          key={p.id}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === at}
          className={styles.option}
          onMouseDown={(e) => e.preventDefault()} // the field keeps the focus
          onClick={() => onChoose(p)}
        >
          <PrincipalName principal={p} />
        </div>
      ))}
    </div>
  )
}

function NameChip({ chosen, onRemove }: { chosen: Chosen; onRemove: () => void }) {
  const { name, state, principal } = chosen
  const wrong = state === 'unknown' ? 'Nobody is called so' : state === 'failed' ? 'Could not be checked' : ''
  return (
    <Chip
      icon={
        state === 'checking' ? <Spinner /> : principal && <PrincipalIcon principal={principal} size={16} />
      }
      error={wrong || undefined}
      onRemove={onRemove}
      removeLabel={`Remove ${principal ? nameOf(principal) : name} from the field`}
    >
      {principal ? nameOf(principal) : name}
    </Chip>
  )
}

function problemOf(list: Chosen[], overflow: number): string {
  const unknown = unknownOf(list)
  const failed = list.filter((c) => c.state === 'failed').map((c) => c.name)
  return [
    unknown.length > 0 &&
      `Unknown here: ${unknown.join(', ')}. Names are those that people sign in with, and those of groups.`,
    failed.length > 0 && `Could not be checked: ${failed.join(', ')}. Remove and add them again.`,
    overflow > 0 && `${overflow} names were left out: at most ${maxNames} at once. Make a group of them.`,
  ]
    .filter(Boolean)
    .join(' ')
}
