// Finding text in printed lines, without regard to case.
import { type Line, textOfLine } from './textBuffer'

/** The next line with a text behind `from` (before it with -1), around the end; -1 for none. */
export function findLine(
  count: number,
  line: (i: number) => Line | undefined,
  text: string,
  from: number,
  by: 1 | -1,
): number {
  const wanted = text.toLowerCase()
  for (let n = 1; n <= count; n++) {
    const i = (((from + by * n) % count) + count) % count
    const l = line(i)
    if (l !== undefined && textOfLine(l).toLowerCase().includes(wanted)) return i
  }
  return -1
}
