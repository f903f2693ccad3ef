// The lines of a stream that came unasked: those of its beginning and of its end.
import type { PartState } from '../replica/output'

export class KnownLines {
  private readonly head: readonly string[]
  private readonly tail: readonly string[]
  private readonly tailFrom: number

  constructor(p: PartState) {
    this.head = p.head.split('\n').slice(0, -1) // the last may go on
    const tail = p.end === p.bytes && p.tail !== '' ? p.tail.split('\n') : []
    this.tailFrom = p.lines - tail.length + 2
    this.tail = tail.slice(1) // the first began earlier
  }

  /** Lines `from` to `to`, if all of them came. */
  get(from: number, to: number): readonly string[] | undefined {
    if (to <= this.head.length) return this.head.slice(from, to)
    if (this.tail.length > 0 && from >= this.tailFrom)
      return this.tail.slice(from - this.tailFrom, to - this.tailFrom)
    return undefined
  }
}
