import { type ChangeEvent, type ClipboardEvent, type KeyboardEvent, useState } from 'react'
import type { Principal } from '../api/types'
import { sameName } from './access'
import type { ChosenPeople } from './chosen'
import { isList, parseNames } from './names'
import { useSuggestions } from './useSuggestions'

const separators = ['Enter', ',', ';']

/** The text in a field for people, what is suggested for it, and what its keys do. */
export function usePeopleInput(
  people: ChosenPeople,
  accepts: (principal: Principal) => boolean = () => true,
) {
  const [text, setText] = useState('')
  const [overflow, setOverflow] = useState(0)
  const [closed, setClosed] = useState(false)
  const [at, setAt] = useState(-1)
  const isNew = (p: Principal) => !people.list.some((c) => c.principal && sameName(c.principal, p))
  const found = useSuggestions(text.trim()).filter((p) => accepts(p) && isNew(p))
  const options = closed ? [] : found

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
  /** Whether the key was about the suggestions or ended a name. */
  const handle = (key: string): boolean => {
    const option = options[at]
    if (key === 'ArrowDown' && options.length > 0) setAt(Math.min(at + 1, options.length - 1))
    else if (key === 'ArrowUp' && options.length > 0) setAt(Math.max(at - 1, -1))
    else if (key === 'Escape' && options.length > 0) setClosed(true)
    else if (key === 'Enter' && option) choose(option)
    else if (separators.includes(key) && text.trim()) take(parseNames(text))
    else return false
    return true
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const last = people.list.at(-1)
    if (e.key === 'Backspace' && !text && last) people.remove(last.name)
    if (handle(e.key)) e.preventDefault()
  }
  const onPaste = (e: ClipboardEvent) => {
    const pasted = e.clipboardData.getData('text/plain')
    if (!isList(pasted)) return
    e.preventDefault()
    take(parseNames(`${text}${pasted}`))
  }
  const handlers = {
    onChange: (e: ChangeEvent<HTMLInputElement>) => write(e.target.value),
    onKeyDown,
    onPaste,
    onBlur: () => text.trim() && take(parseNames(text)),
  }
  return { text, options, at, overflow, choose, handlers }
}
