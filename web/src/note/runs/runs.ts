// The note's runs as records, over REST.
import { api } from '../../api/client'
import type { components } from '../../wire/schema.gen'

export type RunRecord = components['schemas']['RunRecord']
type Part = components['schemas']['Part']

export interface RunFilter {
  by?: number
  state?: string
  paragraph?: string
}

/** How many runs are asked for at a time. */
export const pageSize = 50

/** Lists runs, newest first; `before` goes on behind a run. */
export async function listRuns(note: string, f: RunFilter, before?: string): Promise<RunRecord[]> {
  const query = {
    by: f.by,
    state: f.state || undefined,
    paragraph: f.paragraph || undefined,
    before,
    limit: pageSize,
  }
  const { runs } = await api.get<{ runs: RunRecord[] | null }>(`/notes/${note}/runs`, { query })
  return runs ?? []
}

/** How much of a part is shown in the list, bytes. */
const shownBytes = 20_000

/** What a run printed, as plain text; what is no text is named. */
export async function outputText(note: string, run: string): Promise<string> {
  const base = `/notes/${note}/runs/${run}/parts`
  const { parts } = await api.get<{ parts: Part[] | null }>(base)
  const texts = (parts ?? []).map(async (p) => {
    const query = {
      revision: p.revision,
      limit: p.kind === 'stream' || p.kind === 'notice' ? shownBytes : 1 << 20,
    }
    const text = new TextDecoder().decode(await api.bytes(`${base}/${p.part}`, { query }))
    return p.bytes > text.length && p.kind === 'stream' ? `${text}\n[…]\n` : readable(p, text)
  })
  return (await Promise.all(texts)).join('')
}

function readable(p: Part, text: string): string {
  if (p.kind === 'stream' || p.kind === 'notice') return text
  try {
    const json = JSON.parse(text)
    if (p.kind === 'error') return `${json.name}: ${json.value}\n`
    const plain = json.data?.['text/plain']
    return typeof plain === 'string' ? `${plain}\n` : `[${Object.keys(json.data ?? {}).join(', ')}]\n`
  } catch {
    return '[something that cannot be shown here]\n'
  }
}
