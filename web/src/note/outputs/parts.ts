// Parts of a run's output that were not sent unasked, over REST.
import { address, api } from '../../api/client'
import type { PartState } from '../replica/output'

const step = 1 << 20

const path = (note: string, run: string, part: number) => `/notes/${note}/runs/${run}/parts/${part}`

/** Reads bytes of a part as text, piece by piece; ends early where there is no more. */
export async function readPart(
  note: string,
  run: string,
  part: Pick<PartState, 'part' | 'revision'>,
  range: { from: number; to: number },
  take: (piece: string, bytes: number) => void,
) {
  const decoder = new TextDecoder()
  for (let offset = range.from; offset < range.to; offset += step) {
    const bytes = await readBytes(note, run, part, offset, Math.min(step, range.to - offset))
    if (bytes.byteLength === 0) break
    take(decoder.decode(bytes, { stream: true }), bytes.byteLength)
  }
}

function readBytes(
  note: string,
  run: string,
  part: Pick<PartState, 'part' | 'revision'>,
  offset: number,
  limit: number,
) {
  return api.bytes(path(note, run, part.part), { query: { revision: part.revision, offset, limit } })
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
