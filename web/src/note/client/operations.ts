// Operations that are asked for and not answered yet. They are shown as if done, and
// sent again, under the same id and in order, when a connection comes back.
import { ApiError, type FaultCode } from '../../api/client'
import type { Operations as Bodies, Entry, Kind, Operation, RefusedFrame } from '../../wire/types'
import type { Hoped } from '../replica/store'
import { type Link, newID } from './link'

interface Pending {
  op: Hoped
  /** When it was asked for, ms since 1970. */
  at: number
  tries: number
  resolve: (entry: Entry) => void
  reject: (failure: ApiError) => void
}

const longestRetry = 5000
/** A run pressed longer ago, ms, is not started when the connection comes back. */
export const freshRun = 30_000
export const tooLate = 'The connection was away for too long, so the run was not started. Run it again.'

export class PendingOperations {
  private pending: Pending[] = []

  constructor(
    private readonly link: Link,
    private readonly onChange: () => void = () => {},
  ) {}

  get count(): number {
    return this.pending.length
  }

  has(id: string): boolean {
    return this.pending.some((p) => p.op.id === id)
  }

  /** Asks for an operation; resolves with its entry, or rejects with the refusal. */
  do<K extends Kind>(kind: K, body: Bodies[K], id = newID()): Promise<Entry> {
    const op = { id, kind, body } as unknown as Operation & { id: string }
    return new Promise((resolve, reject) => {
      const pending = { op, at: Date.now(), tries: 0, resolve, reject }
      this.set([...this.pending, pending])
      this.send(pending)
    })
  }

  /** The note is open (again). A run that was pressed long ago is not started any more. */
  ready() {
    for (const p of this.pending)
      if (p.op.kind === 'run.start' && Date.now() - p.at > freshRun) this.abandon(tooLate, p.op.id)
    for (const p of this.pending) this.send(p)
  }

  /** An operation was committed; true when it was one of these. */
  entry(e: Entry): boolean {
    const found = this.take(e.id)
    found?.resolve(e)
    return found !== undefined
  }

  /** An operation was refused; true when it was one of these. */
  refused(f: RefusedFrame): boolean {
    const found = this.pending.find((p) => p.op.id === f.id)
    if (!found) return false
    if (f.code === 'unavailable' || f.code === 'too_many') {
      setTimeout(() => this.retry(found), Math.min(longestRetry, 250 * 2 ** found.tries++))
      return true
    }
    this.take(found.op.id)
    found.reject(new ApiError(f.code as FaultCode, f.message, 0, f.details, f.request))
    return true
  }

  /** Gives up one, or all: nothing more is sent, and whoever waits is told. */
  abandon(message: string, id?: string) {
    for (const p of this.pending) {
      if (id !== undefined && p.op.id !== id) continue
      this.take(p.op.id)
      p.reject(new ApiError('unavailable', message, 0))
    }
  }

  private retry(p: Pending) {
    if (this.pending.includes(p)) this.send(p)
  }

  private take(id: string): Pending | undefined {
    const found = this.pending.find((p) => p.op.id === id)
    if (found) this.set(this.pending.filter((p) => p !== found))
    return found
  }

  private send({ op }: Pending) {
    if (this.link.isReady()) this.link.send({ op: 'DO', note: this.link.note, ...op })
  }

  private set(next: Pending[]) {
    this.pending = next
    this.link.store.hope(next.map((p) => p.op).filter((op) => op.kind !== 'run.start'))
    this.onChange()
  }
}
