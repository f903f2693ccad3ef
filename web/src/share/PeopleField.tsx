// A field for names of users and groups: suggests while one types, takes lists that
// are pasted, and keeps each name as a chip that says when nobody bears it.
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useId,
  useRef,
  useState,
} from 'react'
import type { Principal } from '../api/types'
import { Chip } from '../ui/Chip'
import { Spinner } from '../ui/Spinner'
import { sameName } from './access'
import { type Chosen, type ChosenPeople, unknownOf } from './chosen'
import { isList, maxNames, parseNames } from './names'
import styles from './PeopleField.module.css'
import { nameOf, PrincipalIcon, PrincipalName } from './PrincipalName'
import { useSuggestions } from './useSuggestions'

export interface PeopleFieldProps {
  label: string
  hideLabel?: boolean
  hint?: ReactNode
  placeholder?: string
  people: ChosenPeople
  /** Which are suggested. */
  accepts?: (principal: Principal) => boolean
  autoFocus?: boolean
  ref?: Ref<HTMLInputElement>
}

export function PeopleField(props: PeopleFieldProps) {
  const { label, hideLabel, hint, placeholder, people, accepts = () => true, autoFocus, ref } = props
  const id = useId()
  const [text, setText] = useState('')
  const [overflow, setOverflow] = useState(0)
  const [closed, setClosed] = useState(false)
  const [at, setAt] = useState(-1)
  const box = useRef<HTMLDivElement>(null)

  const isNew = (p: Principal) => !people.list.some((c) => c.principal && sameName(c.principal, p))
  const options = useSuggestions(text.trim()).filter((p) => accepts(p) && isNew(p))
  const open = !closed && options.length > 0
  const write = (next: string) => {
    setText(next)
    setClosed(false)
    setAt(-1)
  }
  const take = (names: string[]) => {
    write('')
    setOverflow(people.addNames(names))
  }
  const choose = (principal: Principal) => {
    write('')
    people.choose(principal)
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const option = open ? options[at] : undefined
    if (e.key === 'ArrowDown' && open) setAt(Math.min(at + 1, options.length - 1))
    else if (e.key === 'ArrowUp' && open) setAt(Math.max(at - 1, -1))
    else if (e.key === 'Escape' && open) setClosed(true)
    else if (e.key === 'Enter' && option) choose(option)
    else if ((e.key === 'Enter' || e.key === ',' || e.key === ';') && text.trim()) take(parseNames(text))
    else if (e.key === 'Backspace' && !text) {
      const last = people.list.at(-1)
      if (last) people.remove(last.name)
      return
    } else return
    e.preventDefault()
  }
  const onPaste = (e: ClipboardEvent) => {
    const pasted = e.clipboardData.getData('text/plain')
    if (!isList(pasted)) return
    e.preventDefault()
    take(parseNames(`${text}${pasted}`))
  }
  const problem = problemOf(people.list, overflow)
  const about = [problem && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
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
            ref={ref}
            className={styles.input}
            role="combobox"
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={open && at >= 0 ? `${id}-${at}` : undefined}
            aria-invalid={problem ? true : undefined}
            aria-describedby={about || undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            // biome-ignore lint/a11y/noAutofocus: dialogs that are about it begin here
            autoFocus={autoFocus}
            placeholder={people.list.length === 0 ? placeholder : undefined}
            value={text}
            onChange={(e) => write(e.target.value)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={() => text.trim() && take(parseNames(text))}
          />
        </div>
        <Suggestions id={id} options={open ? options : []} at={at} onChoose={choose} />
      </div>
      {problem && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {problem}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
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
        // biome-ignore lint/a11y/useFocusableInteractive: the field names the active option
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
