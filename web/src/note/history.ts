// One's own structural operations, to be undone one by one by their inverse.

import type { Operation } from '../wire/types'
import type { NoteState } from './replica/state'

/** The operation that takes another one back, as things stand before it is done. */
export function inverseOf(op: Operation, s: NoteState): Operation | null {
  const place = (id: string) => s.order[s.order.indexOf(id) - 1] ?? ''
  switch (op.kind) {
    case 'paragraph.insert':
      return { kind: 'paragraph.delete', body: { paragraph: op.body.paragraph } }
    case 'paragraph.restore':
      return { kind: 'paragraph.delete', body: { paragraph: op.body.paragraph } }
    case 'paragraph.delete':
      return {
        kind: 'paragraph.restore',
        body: { paragraph: op.body.paragraph, after: place(op.body.paragraph) },
      }
    case 'paragraph.move':
      return {
        kind: 'paragraph.move',
        body: { paragraph: op.body.paragraph, after: place(op.body.paragraph) },
      }
    case 'paragraph.title': {
      const { paragraph } = op.body
      return { kind: op.kind, body: { paragraph, title: s.paragraphs.get(paragraph)?.title ?? '' } }
    }
    case 'paragraph.settings':
      return settingsBack(op.body.paragraph, op.body.settings, s)
    default:
      return null
  }
}

const unset = {
  width: 0,
  fontSize: 0,
  hideCode: false,
  hideOutput: false,
  lineNumbers: false,
  disabled: false,
}

function settingsBack(paragraph: string, changed: object, s: NoteState): Operation {
  const before = { ...unset, ...s.paragraphs.get(paragraph)?.settings } as Record<string, unknown>
  const settings = Object.fromEntries(Object.keys(changed).map((k) => [k, before[k]]))
  return { kind: 'paragraph.settings', body: { paragraph, settings } }
}

/** Two stacks of operations: done ones' inverses, and undone ones' inverses. */
export class OperationHistory {
  private undo: Operation[] = []
  private redo: Operation[] = []

  /** Remembers how to take back what was just done. */
  did(inverse: Operation | null) {
    if (!inverse) return
    this.undo.push(inverse)
    this.redo = []
  }

  /** Takes the newest from one stack and gives what is to be done; `s` is the state before it. */
  step(direction: 'undo' | 'redo', s: NoteState): Operation | null {
    const [from, to] = direction === 'undo' ? [this.undo, this.redo] : [this.redo, this.undo]
    const op = from.pop()
    if (!op) return null
    const inverse = inverseOf(op, s)
    if (inverse) to.push(inverse)
    return op
  }
}
