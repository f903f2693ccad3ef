// Which of an output's forms is shown, and how: the richest that can be shown safely.
import type { Bundle } from '../../wire/types'

export type Renderer = 'widget' | 'frame' | 'table' | 'markdown' | 'latex' | 'image' | 'json' | 'text'

/** What stands for a widget: the id of its model. */
export const widgetView = 'application/vnd.jupyter.widget-view+json'

/** Of tables: lines of cells, the first one with the names of the columns. */
export const tableMime = 'text/tab-separated-values'

/** Forms in order of preference, as JupyterLab has them. */
const renderers: readonly [mime: string, renderer: Renderer][] = [
  [widgetView, 'widget'],
  [tableMime, 'table'],
  ['application/javascript', 'frame'],
  ['text/javascript', 'frame'],
  ['text/html', 'frame'],
  ['text/markdown', 'markdown'],
  ['text/latex', 'latex'],
  ['image/svg+xml', 'image'],
  ['image/png', 'image'],
  ['image/jpeg', 'image'],
  ['image/webp', 'image'],
  ['image/gif', 'image'],
  ['application/json', 'json'],
  ['application/geo+json', 'json'],
  ['text/plain', 'text'],
]

export interface Chosen {
  mime: string
  renderer: Renderer
  data: unknown
}

/** The form of a bundle to show; null when none can be. */
export function choose(bundle: Bundle): Chosen | null {
  for (const [mime, renderer] of renderers)
    if (Object.hasOwn(bundle.data, mime)) return { mime, renderer, data: bundle.data[mime] }
  const json = Object.keys(bundle.data).find((m) => m.endsWith('+json'))
  if (json) return { mime: json, renderer: 'json', data: bundle.data[json] }
  const text = Object.keys(bundle.data).find((m) => m.startsWith('text/'))
  return text ? { mime: text, renderer: 'text', data: bundle.data[text] } : null
}

/** Jupyter writes texts as one string or as lines. */
export function stringOf(data: unknown): string {
  if (typeof data === 'string') return data
  if (Array.isArray(data)) return data.join('')
  return data === undefined || data === null ? '' : JSON.stringify(data)
}

/** A bundle as it came, if it is one. */
export function bundleOf(data: unknown): Bundle | null {
  if (typeof data !== 'object' || data === null || !('data' in data)) return null
  return typeof data.data === 'object' && data.data !== null ? (data as Bundle) : null
}

/** A bundle without one of its forms. */
export function without(bundle: Bundle, mime: string): Bundle {
  const { [mime]: _, ...data } = bundle.data
  return { ...bundle, data }
}
