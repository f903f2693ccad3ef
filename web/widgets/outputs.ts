// Outputs in nbformat as elements: what an output widget holds, and what the code of a
// widget prints. All of it stays in the frame, so HTML and scripts may do as they like.
import { plain } from '../src/note/outputs/ansi'
import { type Line, type Run, TextBuffer } from '../src/note/outputs/textBuffer'

export interface Output {
  output_type?: string
  name?: string
  text?: string | string[]
  data?: Record<string, unknown>
  ename?: string
  evalue?: string
  traceback?: string[]
}

/** Shows a widget in an element. */
export type ShowWidget = (model: string, place: HTMLElement) => void

const widgetView = 'application/vnd.jupyter.widget-view+json'

/** Makes the element of an output. */
export function elementOf(o: Output, showWidget: ShowWidget): HTMLElement {
  if (o.output_type === 'stream') return textElement(textOf(o.text), o.name === 'stderr' ? 'stderr' : '')
  if (o.output_type === 'error')
    return textElement(o.traceback?.length ? o.traceback.join('\n') : `${o.ename}: ${o.evalue}`, 'failed')
  return bundleElement(o.data ?? {}, showWidget)
}

function bundleElement(data: Record<string, unknown>, showWidget: ShowWidget): HTMLElement {
  const place = document.createElement('div')
  const widget = data[widgetView] as { model_id?: unknown } | undefined
  const image = Object.keys(data).find((mime) => /^image\/(png|jpeg|gif|webp)$/.test(mime))
  if (typeof widget?.model_id === 'string') showWidget(widget.model_id, place)
  else if (data['text/html'] !== undefined) setHTML(place, textOf(data['text/html']))
  else if (data['image/svg+xml'] !== undefined) place.innerHTML = textOf(data['image/svg+xml'])
  else if (image) return imageElement(image, textOf(data[image]), textOf(data['text/plain']))
  else return textElement(textOf(data['text/markdown'] ?? data['text/latex'] ?? data['text/plain']), '')
  return place
}

function imageElement(mime: string, base64: string, alt: string): HTMLElement {
  return Object.assign(new Image(), { src: `data:${mime};base64,${base64.replace(/\s/g, '')}`, alt })
}

/** Scripts that come as text do not run; a new element of each does. */
function setHTML(place: HTMLElement, html: string) {
  place.innerHTML = html
  for (const old of place.querySelectorAll('script')) {
    const fresh = document.createElement('script')
    for (const { name, value } of old.attributes) fresh.setAttribute(name, value)
    fresh.textContent = old.textContent
    old.replaceWith(fresh)
  }
}

function textElement(text: string, look: string): HTMLElement {
  const buffer = new TextBuffer()
  buffer.append(text.replace(/\n$/, ''))
  const pre = document.createElement('pre')
  pre.className = `quire-text ${look}`
  for (const line of buffer.lines) pre.append(...runsOf(line).map(runElement), '\n')
  return pre
}

function runsOf(line: Line): readonly Run[] {
  return typeof line === 'string' ? [{ text: line, style: plain }] : line
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

function runElement({ text, style }: Run): Node {
  if (style === plain) return document.createTextNode(text)
  const span = document.createElement('span')
  span.textContent = text
  if (style.fg !== undefined) span.style.color = colour(style.fg)
  if (style.bg !== undefined) span.style.background = colour(style.bg)
  if (style.bold) span.style.fontWeight = '600'
  if (style.italic) span.style.fontStyle = 'italic'
  if (style.underline) span.style.textDecoration = 'underline'
  return span
}

const colour = (c: number | string) => (typeof c === 'number' ? `var(--ansi-${names[c % 8]})` : c)

/** Jupyter writes texts as one string or as lines. */
function textOf(v: unknown): string {
  if (Array.isArray(v)) return v.join('')
  return typeof v === 'string' ? v : v === undefined || v === null ? '' : JSON.stringify(v)
}
