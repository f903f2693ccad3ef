// Parts of a run's output that were not sent unasked, over REST.
import { address, api } from '../../api/client'
import type { PartState } from '../replica/output'
import { Lane } from './lane'

const step = 1 << 20

const path = (note: string, run: string, part: number) => `/notes/${note}/runs/${run}/parts/${part}`

/** Two at once for the whole page, whatever is shown: the connection has other things to do. */
const reading = new Lane(2)

/** Reads bytes of a part as text, piece by piece; ends early where there is no more. */
export async function readPart(
  note: string,
  run: string,
  part: Pick<PartState, 'part' | 'revision'>,
  range: { from: number; to: number },
  take: (piece: string, bytes: number) => void,
  signal?: AbortSignal,
) {
  const decoder = new TextDecoder()
  for (let offset = range.from; offset < range.to; offset += step) {
    const bytes = await readBytes(note, run, part, offset, Math.min(step, range.to - offset), signal)
    if (bytes.byteLength === 0) break
    take(decoder.decode(bytes, { stream: true }), bytes.byteLength)
  }
}

function readBytes(
  note: string,
  run: string,
  { part, revision }: Pick<PartState, 'part' | 'revision'>,
  offset: number,
  limit: number,
  signal?: AbortSignal,
) {
  const query = { revision, offset, limit }
  return reading.during(() => api.bytes(path(note, run, part), { query, signal }), signal)
}

/** Which lines are asked for; lines are counted from 0 as they were printed. */
export interface LinesWanted {
  line: number
  lines: number
  /** Bytes at most. */
  limit: number
}

export interface LinesAnswer {
  /** The line that the first of `lines` is. */
  line: number
  /** Without their line breaks; one that was too long ends with an ellipsis. */
  lines: string[]
  /** The line to ask for next; none at the end of what there is. */
  next: number | undefined
}

/** Reads lines of a stream or of a table: as many as there are and fit, at least one. */
export function readLines(
  note: string,
  run: string,
  { part, revision }: Pick<PartState, 'part' | 'revision'>,
  wanted: LinesWanted,
  signal: AbortSignal,
): Promise<LinesAnswer> {
  const query = { revision, ...wanted }
  return reading.during(
    async () => answerOf(await api.answer(path(note, run, part), { query, signal })),
    signal,
  )
}

async function answerOf(response: Response): Promise<LinesAnswer> {
  const number = (name: string) => {
    const given = response.headers.get(name)
    return given === null ? undefined : Number(given)
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
  const lines = text === '' ? [] : text.split('\n')
  if (text.endsWith('\n')) lines.pop()
  if (response.headers.get('Quire-Cut') === 'true') lines.push(`${lines.pop() ?? ''}…`)
  return { line: number('Quire-Line') ?? 0, lines, next: number('Quire-Next-Line') }
}

/** The most that the server answers at once. */
const mostAtOnce = 16 * step

/** Has the browser save a whole part as a file. */
export async function savePart(
  note: string,
  run: string,
  part: Pick<PartState, 'part' | 'revision' | 'bytes'>,
) {
  const { revision } = part
  if (part.bytes <= mostAtOnce)
    return saveFrom(address(path(note, run, part.part), { revision, download: true, limit: mostAtOnce }), '')
  const pieces: BlobPart[] = []
  for (let offset = 0; offset < part.bytes; offset += mostAtOnce) {
    const bytes = await readBytes(note, run, part, offset, mostAtOnce)
    if (bytes.byteLength === 0) break
    pieces.push(bytes)
  }
  const url = URL.createObjectURL(new Blob(pieces, { type: 'text/plain' }))
  saveFrom(url, `output-${run}-${part.part}.txt`)
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function saveFrom(href: string, download: string) {
  Object.assign(document.createElement('a'), { href, download }).click()
}
