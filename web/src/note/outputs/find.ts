// Finding text in lines, without regard to case.
import { type Line, textOfLine } from './textBuffer'
import type { Sought } from './textSource'

/** Tells the texts that contain another. */
export function containing(text: string): (line: string) => boolean {
  const wanted = text.toLowerCase()
  return (line) => line.toLowerCase().includes(wanted)
}

/** The next row with a text, around the end; -1 for none. */
export function findRow(
  count: number,
  line: (i: number) => Line | undefined,
  { text, from, by }: Sought,
): number {
  const has = containing(text)
  for (let n = 1; n <= count; n++) {
    const i = (((from + by * n) % count) + count) % count
    const l = line(i)
    if (l !== undefined && has(textOfLine(l))) return i
  }
  return -1
}
