// Times as people say them, in the browser's language and time zone.

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** How long ago or ahead an RFC 3339 time is; beyond a week the date. */
export function whenText(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000
  if (Number.isNaN(seconds)) return ''
  if (Math.abs(seconds) > 7 * 86_400) return day.format(Date.parse(time))
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  }
  return 'just now'
}

/** The whole date and time. */
export function exactText(time: string): string {
  const at = Date.parse(time)
  return Number.isNaN(at) ? '' : exact.format(at)
}
