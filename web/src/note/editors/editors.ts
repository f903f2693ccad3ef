// The editors on the page: few of them, mounted when their paragraph comes near, one
// at a time, and taken off again when too many are further away.
import type { EditorView } from '@codemirror/view'
import type { NoteClient } from '../client/noteClient'
import { type EditorSettings, setAccess, setLanguage, setSettings } from '../text/editor'
import { highlightingFor } from '../text/languages'
import { Carets } from './carets'

const most = 40
/** How long after scrolling nothing is mounted, ms. */
const restless = 120

/** How a paragraph's editor is to be. */
export interface EditorConfig extends EditorSettings {
  isEditable: boolean
  language: string
}

interface Host {
  element: HTMLElement
  onChange: () => void
  near: boolean
}

export class Editors {
  private readonly hosts = new Map<string, Host>()
  private readonly mounted = new Set<string>()
  private readonly waiting = new Set<string>()
  private readonly carets: Carets
  private scheduled = false
  private scrolledAt = Number.NEGATIVE_INFINITY
  private firstMounted = false

  constructor(private readonly client: NoteClient) {
    this.carets = new Carets(client, () => [...this.mounted])
    document.addEventListener('scroll', this.onScroll, { passive: true })
  }

  private readonly onScroll = () => {
    this.scrolledAt = performance.now()
  }

  /** Gives a paragraph's editor a place; `onChange` is called when it is mounted or taken off. */
  attach(paragraph: string, element: HTMLElement, onChange: () => void): () => void {
    this.hosts.set(paragraph, { element, onChange, near: false })
    return () => {
      this.unmount(paragraph)
      this.waiting.delete(paragraph)
      this.hosts.delete(paragraph)
    }
  }

  isMounted = (paragraph: string) => this.mounted.has(paragraph)

  /** The paragraph came near the viewport, or left. */
  setNear(paragraph: string, near: boolean) {
    const host = this.hosts.get(paragraph)
    if (host) host.near = near
    if (near && !this.mounted.has(paragraph)) this.waiting.add(paragraph)
    else if (!near) this.waiting.delete(paragraph)
    this.schedule()
  }

  /** Mounts a paragraph's editor at once. */
  mountNow(paragraph: string): EditorView | null {
    this.mount(paragraph)
    return this.client.texts.peek(paragraph)?.document.view ?? null
  }

  /** Brings an editor's settings up to date. */
  configure(paragraph: string, config: EditorConfig) {
    const text = this.client.texts.peek(paragraph)
    if (!text) return
    const { generation } = text.document
    text.document.configure(setAccess(config.isEditable), setSettings(config))
    void highlightingFor(config.language).then((highlighting) => {
      if (text.document.generation === generation) text.document.configure(setLanguage(highlighting))
    })
  }

  close() {
    for (const p of [...this.mounted]) this.unmount(p)
    this.carets.close()
    document.removeEventListener('scroll', this.onScroll)
  }

  // One editor per task, so that typing comes in between, and none while the page
  // scrolls: the text that stands in for it is enough to see where one is.
  private schedule() {
    if (this.scheduled || this.waiting.size === 0) return
    this.scheduled = true
    const run = () => {
      const rest = restless - (performance.now() - this.scrolledAt)
      if (rest > 0) return void setTimeout(run, rest)
      this.scheduled = false
      const next = this.nearest()
      if (next) this.mount(next)
      this.schedule()
    }
    if (this.firstMounted) setTimeout(run, 4)
    else requestAnimationFrame(run)
  }

  /** The waiting paragraph closest to the middle of the window. */
  private nearest(): string | undefined {
    const middle = window.innerHeight / 2
    let best: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
    for (const p of this.waiting) {
      const box = this.hosts.get(p)?.element.getBoundingClientRect()
      const distance = box ? Math.max(box.top - middle, middle - box.bottom, 0) : Number.POSITIVE_INFINITY
      if (distance < best[1] || best[0] === undefined) best = [p, distance]
    }
    return best[0]
  }

  private mount(paragraph: string) {
    this.waiting.delete(paragraph)
    const host = this.hosts.get(paragraph)
    const text = this.client.texts.get(paragraph)
    if (!host || !text || this.mounted.has(paragraph)) return
    host.element.hidden = false // what is hidden cannot be given the focus
    text.document.mount(host.element)
    this.mounted.add(paragraph)
    host.onChange()
    this.carets.refresh(paragraph)
    this.evict()
    if (!this.firstMounted) performance.mark('quire:ready')
    this.firstMounted = true
  }

  private unmount(paragraph: string) {
    if (!this.mounted.delete(paragraph)) return
    this.client.texts.peek(paragraph)?.document.unmount()
    this.hosts.get(paragraph)?.onChange()
  }

  private evict() {
    for (const p of this.mounted) {
      if (this.mounted.size <= most) return
      const view = this.client.texts.peek(p)?.document.view
      if (!this.hosts.get(p)?.near && !view?.hasFocus) this.unmount(p)
    }
  }
}
