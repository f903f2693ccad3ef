// What running code asks: a field for whoever ran it, and a line that says whom it
// waits for to everybody else.
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useMe } from '../../app/session'
import { Button } from '../../ui/Button'
import type { ID, InputFrame, Run } from '../../wire/types'
import { cancel } from '../commands/running'
import { elementOf } from '../focus'
import { type NoteContext, useNote } from '../page/context'
import styles from './InputHost.module.css'

export function InputHost({ paragraph, run }: { paragraph: string; run: Run }) {
  const { client } = useNote()
  const me = useMe()?.id
  const { questions } = client
  const question = useSyncExternalStore(questions.subscribe, () => questions.of(paragraph))
  if (question?.run === run.id) return <Question key={question.question} question={question} />
  if (!run.asks || run.state !== 'sent' || run.by.id === me) return null
  return <p className={styles.waits}>Waits for {run.by.name}’s input</p>
}

function Question({ question }: { question: InputFrame }) {
  const note = useNote()
  const { prompt, password, paragraph } = question
  const name = prompt.trim() || (password ? 'Password' : 'Input')
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is asked
  useEffect(() => {
    if (isFree(note, question.run)) field.current?.focus()
    else note.announce(`Paragraph ${note.client.store.view.order.indexOf(paragraph) + 1} asks: ${name}`)
  }, [])

  const send = async (e: FormEvent) => {
    e.preventDefault()
    const wasFocused = document.activeElement === field.current
    setBusy(true)
    setError('')
    try {
      await note.client.questions.answer(question, text)
      if (wasFocused) elementOf(paragraph)?.focus({ preventScroll: true })
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
      setBusy(false)
      field.current?.focus()
    }
  }
  // Esc leaves the field as it leaves an editor.
  const onKey = (e: KeyboardEvent) => {
    if (e.key !== 'Escape' || e.nativeEvent.isComposing) return
    e.preventDefault()
    elementOf(paragraph)?.focus({ preventScroll: true })
  }
  return (
    <form className={styles.form} onSubmit={(e) => void send(e)} aria-label="The code asks">
      <label className={styles.question}>
        <span className={prompt.trim() ? styles.prompt : 'visually-hidden'}>
          {prompt.trim() ? prompt : name}
        </span>
        <input
          ref={field}
          className={styles.field}
          type={password ? 'password' : 'text'}
          value={text}
          readOnly={busy}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `refused-${question.question}` : undefined}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={onKey}
        />
      </label>
      <Button type="submit" busy={busy}>
        Answer
      </Button>
      <Button kind="quiet" onClick={() => void cancel(note, paragraph)}>
        Interrupt
      </Button>
      {error && (
        <p id={`refused-${question.question}`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </form>
  )
}

/** When something was typed into this page last, ms since 1970. */
let typedAt = 0
document.addEventListener('beforeinput', () => (typedAt = Date.now()), { capture: true })

/** Whether a question may take the focus: nothing was typed since the code was run, and no dialog is open. */
function isFree({ client }: NoteContext, run: ID): boolean {
  const queuedAt = Date.parse(client.store.view.runs.get(run)?.queuedAt ?? '') || 0
  const skew = Date.now() - client.serverNow()
  return typedAt - skew <= queuedAt && !document.activeElement?.closest('[role=dialog], [role=menu], iframe')
}
