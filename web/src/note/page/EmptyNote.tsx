import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { NoteIcon } from '../../ui/icons'
import { insert } from '../commands/structure'
import { bears, useInterpreters } from '../interpreters'
import { useMay, useNote } from './context'

const offered = 3

/** A note without paragraphs: what a first one could be. */
export function EmptyNote() {
  const note = useNote()
  const mayWrite = useMay('write')
  const known = useInterpreters()?.interpreters ?? []
  const byDefault = note.client.store.view.settings.defaultInterpreter || 'python'
  if (!mayWrite)
    return (
      <EmptyState icon={<NoteIcon />} title="This note is empty">
        Nobody has written anything here yet.
      </EmptyState>
    )
  const add = (text: string) => insert(note, '', { text, isEdited: true })
  const others = known.filter((i) => !bears(i, byDefault)).slice(0, offered)
  const usual = known.find((i) => bears(i, byDefault))?.displayName ?? 'Python'
  return (
    <EmptyState
      icon={<NoteIcon />}
      title="This note is empty"
      action={
        <>
          <Button kind="primary" onClick={() => add('')}>
            {usual}
          </Button>
          {others.map((i) => (
            <Button key={i.name} onClick={() => add(`%${i.name}\n`)}>
              {i.displayName}
            </Button>
          ))}
          <Button onClick={() => add('%md ')}>Markdown</Button>
        </>
      }
    >
      Begin with a paragraph of code or of text. A first line such as <code>%md</code> names its language, and
      Shift+Enter runs it.
    </EmptyState>
  )
}
