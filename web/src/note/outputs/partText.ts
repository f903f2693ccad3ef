// The lines of a stream part as it grows: only what is new is worked on. Head and tail
// have a buffer each, with the gap between them.
import { gapOf, type PartState } from '../replica/output'
import { TextBuffer } from './textBuffer'

export class PartText {
  head = new TextBuffer()
  tail: TextBuffer | null = null
  gap = 0
  /** Bytes behind the head that were read since. */
  private loaded = 0
  private isJoined = false
  private revision = -1
  private headTaken = 0
  private tailTaken = 0
  private tailAt = -1

  /** Brings the lines up to date with the part. */
  take(p: PartState) {
    if (p.revision !== this.revision || p.head.length < this.headTaken) this.restart(p.revision)
    if (p.head.length > this.headTaken) this.head.append(p.head.slice(this.headTaken))
    this.headTaken = p.head.length
    this.gap = gapOf(p) - this.loaded
    this.takeTail(p)
  }

  /** Where the gap begins, in bytes of the part. */
  gapAt(p: PartState): number {
    return (p.tail === '' ? p.end : p.headBytes) + this.loaded
  }

  /** Puts what was read at the gap's beginning behind the head; for a part that grows no more. */
  fill(piece: string, bytes: number) {
    this.head.append(piece)
    this.loaded += bytes
    this.gap -= bytes
  }

  /** Lines of both, and of the gap's own. */
  get count(): number {
    const gap = this.gap > 0 ? 1 : 0
    return lineCount(this.head) + gap + (this.tail ? lineCount(this.tail) : 0)
  }

  private takeTail(p: PartState) {
    if (this.loaded > 0 && this.gap <= 0) return this.join(p)
    if (p.tail === '') {
      this.tail = null
      this.tailAt = -1
      return
    }
    if (p.tailAt !== this.tailAt || p.tail.length < this.tailTaken || !this.tail) {
      this.tail = new TextBuffer()
      this.tailTaken = 0
      this.tailAt = p.tailAt
    }
    this.tail.append(p.tail.slice(this.tailTaken))
    this.tailTaken = p.tail.length
  }

  /** Nothing is missing any more: the tail goes on where the head ends. */
  private join(p: PartState) {
    if (!this.isJoined) this.head.append(p.tail)
    this.isJoined = true
    this.tail = null
  }

  private restart(revision: number) {
    this.head = new TextBuffer()
    this.headTaken = 0
    this.tail = null
    this.tailAt = -1
    this.loaded = 0
    this.isJoined = false
    this.revision = revision
  }
}

/** Lines to show: the empty one behind a last newline is none. */
export function lineCount(b: TextBuffer): number {
  const last = b.lines.at(-1)
  return b.lines.length - (last === '' || last?.length === 0 ? 1 : 0)
}
