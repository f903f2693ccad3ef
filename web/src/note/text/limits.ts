// What the server would refuse is not let into the text in the first place, so that
// nothing typed can be stuck here.
import { EditorState, type Extension, Transaction, type TransactionSpec } from '@codemirror/state'

/** Of one paragraph, in UTF-16 units. */
export const maxText = 2 << 20
/** Of one change as JSON, in bytes; half of it is left for what JSON adds. */
const maxInsert = 1 << 19

/** Refuses changes that would be too long, and drops characters that cannot be stored. */
export function limits(onRefused: (why: string) => void): Extension {
  return EditorState.transactionFilter.of((tr) => {
    if (!tr.docChanged || tr.annotation(Transaction.remote)) return tr
    const why = tooLong(tr)
    if (why) {
      queueMicrotask(() => onRefused(why))
      return []
    }
    return withoutUnstorable(tr)
  })
}

function tooLong(tr: Transaction): string | null {
  const length = tr.newDoc.length
  if (length > maxText && length > tr.startState.doc.length)
    return `The paragraph would have ${length.toLocaleString('en')} characters; ${maxText.toLocaleString('en')} are allowed.`
  let inserted = 0
  tr.changes.iterChanges((_a, _b, from, to) => {
    inserted += to - from
  })
  return inserted <= maxInsert || bytes(tr) <= maxInsert * 2
    ? null
    : 'This is too much text to insert at once: 1 MB is allowed. Insert it in pieces, or upload it as a file.'
}

function bytes(tr: Transaction): number {
  return new TextEncoder().encode(JSON.stringify(tr.changes.toJSON())).length
}

const unstorable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** NUL and halves of characters cannot be stored by the server. */
function withoutUnstorable(tr: Transaction): Transaction | readonly TransactionSpec[] {
  let found = false
  tr.changes.iterChanges((_a, _b, _c, _d, text) => {
    found ||= text.toString().search(unstorable) >= 0
  })
  if (!found) return tr
  const changes: { from: number; to: number; insert: string }[] = []
  tr.changes.iterChanges((from, to, _c, _d, text) => {
    changes.push({ from, to, insert: text.toString().replace(unstorable, '') })
  })
  return [{ changes, scrollIntoView: tr.scrollIntoView }]
}
