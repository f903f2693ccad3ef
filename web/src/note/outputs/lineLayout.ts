// Which row shows which line. Lines are counted as they were printed, from 0; those
// that were not stored share one row.
import type { PartState } from '../replica/output'

export class LineLayout {
  /** Lines printed, and rows to show. */
  readonly lines: number
  readonly rows: number
  /** The row that stands for what was not stored; -1 for none. */
  readonly gapRow: number
  private readonly left: number

  constructor(p: PartState) {
    const hasGap = p.missing > 0
    this.lines = p.lines + (endsWithBreak(p) ? 0 : 1)
    // Of the line in which the gap begins the beginning is shown; the one in which it
    // ends is part of the gap, and the first behind it is line gapLine + gapLines + 1.
    this.left = hasGap ? p.gapLines - 1 : 0
    this.gapRow = hasGap ? p.gapLine + 1 : -1
    this.rows = Math.max(this.lines - this.left, this.gapRow + 1)
  }

  lineOf(row: number): number {
    if (this.gapRow < 0 || row < this.gapRow) return row
    return row === this.gapRow ? row + Math.min(0, this.left) : row + this.left
  }

  rowOf(line: number): number {
    if (this.gapRow < 0 || line < this.gapRow) return line
    return Math.max(this.gapRow, line - this.left)
  }
}

/** Whether the last line is finished, as far as is known. */
function endsWithBreak(p: PartState): boolean {
  return p.end === p.bytes && (p.tail || p.head).endsWith('\n')
}
