// The lines of a stream part as it grows: only what is new is worked on. Head and tail
// have a buffer each, with the gap between them.
import { gapOf, type PartState } from '../replica/output'
import { findRow } from './find'
import { size } from './size'
import { type Line, TextBuffer } from './textBuffer'
import type { Row, Sought, TextSource } from './textSource'

export class PartText implements TextSource {
  head = new TextBuffer()
  tail: TextBuffer | null = null
  gap = 0
  private revision = -1
  private headTaken = 0
  private tailTaken = 0
  private tailAt = -1

  /** Brings the lines up to date with the part. */
  take(p: PartState) {
    if (p.revision !== this.revision || p.head.length < this.headTaken) this.restart(p.revision)
    if (p.head.length > this.headTaken) this.head.append(p.head.slice(this.headTaken))
    this.headTaken = p.head.length
    this.gap = gapOf(p)
    this.takeTail(p)
  }

  /** Lines of both, and of the gap's own. */
  get rows(): number {
    return lineCount(this.head) + this.gapRows + (this.tail ? lineCount(this.tail) : 0)
  }

  get lines(): number {
    return this.rows
  }

  row(i: number): Row {
    const line = this.line(i)
    if (line === undefined) return { kind: 'gap', text: `⋯ ${size(this.gap)} not loaded ⋯` }
    return { kind: 'line', line }
  }

  lineOf = (row: number) => row
  rowOf = (line: number) => line

  async find(sought: Sought): Promise<number> {
    return findRow(this.rows, (i) => this.line(i), sought)
  }

  private get gapRows(): number {
    return this.gap > 0 ? 1 : 0
  }

  /** A line; undefined is the gap. */
  private line(i: number): Line | undefined {
    const heads = lineCount(this.head)
    if (i < heads) return this.head.lines[i]
    return this.tail?.lines[i - heads - this.gapRows]
  }

  private takeTail(p: PartState) {
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

  private restart(revision: number) {
    this.head = new TextBuffer()
    this.headTaken = 0
    this.tail = null
    this.tailAt = -1
    this.revision = revision
  }
}

/** Lines to show: the empty one behind a last newline is none. */
function lineCount(b: TextBuffer): number {
  const last = b.lines.at(-1)
  return b.lines.length - (last === '' || last?.length === 0 ? 1 : 0)
}
