// What a text box shows: the rows of a text, whether all of it is here or pages are
// read as they come into view.
import type { Line } from './textBuffer'

export type Row =
  | { kind: 'line'; line: Line }
  /** Stands for what is not there. */
  | { kind: 'gap'; text: string }
  | { kind: 'coming' }
  | { kind: 'failed'; why: string }

/** What is looked for: from behind a row on, or before it with -1; -1 is before the first. */
export interface Sought {
  text: string
  from: number
  by: 1 | -1
}

export interface TextSource {
  /** Rows to show, those that stand for a gap included. */
  readonly rows: number
  /** Lines there are, by which people count. */
  readonly lines: number
  row(i: number): Row
  /** The line that a row shows, and the row that shows a line, both from 0. */
  lineOf(row: number): number
  rowOf(line: number): number
  /** The next row with a text, around the end; -1 for none. `progress` is told the share that was looked at. */
  find(sought: Sought, signal: AbortSignal, progress: (share: number) => void): Promise<number>
  /** Says which rows are in view. */
  view?(first: number, last: number): void
  /** Reads again what could not be read. */
  retry?(): void
  /** Said below the text. */
  readonly said?: string
}
