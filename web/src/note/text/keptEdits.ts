// Edits that the server has not confirmed, kept in the browser's own storage
// (IndexedDB) so that neither a reload nor a crash loses them. Two tables: `edits`
// are on their way and will be sent again; `unsaved` could not be applied and wait
// for the person.
import type { Change, ID } from '../../wire/types'

/** One paragraph's unconfirmed changes by one client. */
export interface KeptEdits {
  note: ID
  paragraph: string
  /** The client id the changes were, or will be, sent under. */
  client: string
  /** Whose they are: nobody else at this browser gets to see or send them. */
  user: number
  noteName: string
  epoch: ID
  /** A position in the note's log at which the text was at `version`. */
  seq: number
  version: number
  /** The confirmed text that `changes` start from. */
  base: string
  changes: Change[]
  at: number
}

/** Text that could not be saved. */
export interface UnsavedText {
  id: string
  note: ID
  noteName: string
  paragraph: string
  user: number
  /** In words, why it was not saved. */
  why: string
  /** The whole text as it was here; absent once the note may not be read. */
  mine?: string
  /** Only what was typed and not confirmed. */
  typed: string
  at: number
}

/** Where both are kept. Failing to keep is never a reason not to send. */
export interface Keeping {
  put(row: KeptEdits): Promise<void>
  remove(row: Pick<KeptEdits, 'note' | 'paragraph' | 'client'>): Promise<void>
  list(note: ID): Promise<KeptEdits[]>
  putUnsaved(text: UnsavedText): Promise<void>
  removeUnsaved(id: string): Promise<void>
  listUnsaved(note: ID): Promise<UnsavedText[]>
}

const name = 'quire'
const version = 1

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, version)
    request.onupgradeneeded = () => {
      const db = request.result
      db.createObjectStore('edits', { keyPath: ['note', 'paragraph', 'client'] }).createIndex('note', 'note')
      db.createObjectStore('unsaved', { keyPath: 'id' }).createIndex('note', 'note')
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('The storage is blocked by another tab.'))
  })
}

type Table = 'edits' | 'unsaved'

export class BrowserKeeping implements Keeping {
  private db: Promise<IDBDatabase> | undefined

  constructor(private readonly factory: IDBFactory = indexedDB) {}

  put = (row: KeptEdits) => this.change('edits', (t) => t.put(row))
  remove = ({ note, paragraph, client }: Pick<KeptEdits, 'note' | 'paragraph' | 'client'>) =>
    this.change('edits', (t) => t.delete([note, paragraph, client]))
  list = (note: ID) => this.all<KeptEdits>('edits', note)
  putUnsaved = (text: UnsavedText) => this.change('unsaved', (t) => t.put(text))
  removeUnsaved = (id: string) => this.change('unsaved', (t) => t.delete(id))
  listUnsaved = (note: ID) => this.all<UnsavedText>('unsaved', note)

  private async table(table: Table, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.db ??= open(this.factory)
    return (await this.db).transaction(table, mode).objectStore(table)
  }

  private async change(table: Table, act: (t: IDBObjectStore) => IDBRequest): Promise<void> {
    const store = await this.table(table, 'readwrite')
    await new Promise<void>((resolve, reject) => {
      store.transaction.oncomplete = () => resolve()
      store.transaction.onabort = () => reject(store.transaction.error)
      act(store)
    })
  }

  private async all<T>(table: Table, note: ID): Promise<T[]> {
    const store = await this.table(table, 'readonly')
    return new Promise((resolve, reject) => {
      const request = store.index('note').getAll(note)
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  }
}
