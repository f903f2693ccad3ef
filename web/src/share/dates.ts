// Dates between the fields of a browser, which are local and have no seconds, and the
// server's RFC 3339.

const two = (n: number) => String(n).padStart(2, '0')

/** For a field of date and time. */
export function fieldOf(time: string | undefined): string {
  if (!time) return ''
  const d = new Date(time)
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
  return `${day}T${two(d.getHours())}:${two(d.getMinutes())}`
}

/** From a field of date and time; what was not changed stays exactly what it was. */
export function timeOf(field: string, was?: string): string | undefined {
  if (!field) return undefined
  if (was && fieldOf(was) === field) return was
  return new Date(field).toISOString()
}

/** The last moment of a local day, `2026-05-03`. */
export function endOfDay(day: string): string | undefined {
  return day ? new Date(`${day}T23:59:59.999`).toISOString() : undefined
}

/** Today, as a field of dates has it. */
export function today(now = new Date()): string {
  return fieldOf(now.toISOString()).slice(0, 10)
}

/** Why these dates cannot be, or nothing. */
export function datesProblem(
  startsAt: string | undefined,
  endsAt: string | undefined,
  now = Date.now(),
): string {
  if (!endsAt) return ''
  if (Date.parse(endsAt) <= now) return 'The end has passed.'
  if (startsAt && Date.parse(startsAt) >= Date.parse(endsAt)) return 'It has to start before it ends.'
  return ''
}
