// Parts of a run's output that were not sent unasked, over REST.
import { address, api } from '../../api/client'
import type { PartState } from '../replica/output'

const step = 1 << 20

const path = (note: string, run: string, part: number) => `/notes/${note}/runs/${run}/parts/${part}`

/** Reads a part from its beginning, piece by piece. */
export async function readWholePart(
  note: string,
  run: string,
  part: PartState,
  take: (piece: string) => void,
) {
  const decoder = new TextDecoder()
  for (let offset = 0; offset < part.bytes; offset += step) {
    const query = { revision: part.revision, offset, limit: step }
    const bytes = await api.bytes(path(note, run, part.part), { query })
    if (bytes.byteLength === 0) break
    take(decoder.decode(bytes, { stream: true }))
  }
  take(decoder.decode())
}

/** Lets the browser save a part as a file. */
export function savePart(note: string, run: string, part: Pick<PartState, 'part' | 'revision'>) {
  const link = document.createElement('a')
  link.href = address(path(note, run, part.part), {
    revision: part.revision,
    download: true,
    limit: 16 * step,
  })
  link.download = ''
  link.click()
}
