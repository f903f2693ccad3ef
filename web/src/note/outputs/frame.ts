// The page's side of a sandboxed output frame: made when it comes near the viewport,
// spoken to over one port, put to sleep when too many live, stopped when it hangs.
// Nothing it says is trusted: heights are clamped, links are checked by whoever asks.
import { frameURL } from 'virtual:frame-page'

export interface FrameOutput {
  id: string
  mime: string
  data: string
}

export type FrameState = 'far' | 'live' | 'asleep' | 'stuck'

export interface FrameEvents {
  onState(state: FrameState): void
  onHeight(height: number): void
  onLink(href: string): void
}

export const maxHeight = 2000
const maxLive = 24
const maxData = 5 << 20
const nearby = '1000px 0px'
const pingEvery = 5000

/** Living frames, the one used longest ago first. */
const living = new Set<Frame>()

export class Frame {
  private element: HTMLIFrameElement | null = null
  private port: MessagePort | null = null
  private ready = false
  private outputs: readonly FrameOutput[] = []
  private rendered = new Map<string, FrameOutput>()
  private theme: 'light' | 'dark'
  private observer: IntersectionObserver
  private visible = false
  private ping: ReturnType<typeof setInterval> | undefined
  private answered = true

  constructor(
    private readonly place: HTMLElement,
    theme: 'light' | 'dark',
    private readonly events: FrameEvents,
  ) {
    this.theme = theme
    this.observer = new IntersectionObserver((e) => this.seen(e.at(-1)?.isIntersecting ?? false), {
      rootMargin: nearby,
    })
    this.observer.observe(place)
  }

  /** Sets what is to be shown. */
  show(outputs: readonly FrameOutput[]) {
    this.outputs = outputs
    this.update()
  }

  setTheme(theme: 'light' | 'dark') {
    this.theme = theme
    this.port?.postMessage({ kind: 'theme', theme })
  }

  /** Shows it again after it was put to sleep or stopped. */
  wake = () => {
    if (!this.element) this.create()
  }

  /** Removes the frame with everything that runs in it. */
  stop = () => this.destroy('asleep')

  dispose() {
    this.observer.disconnect()
    this.destroy('far')
  }

  private seen(near: boolean) {
    this.visible = near
    if (near && !this.element) this.create()
    if (near && living.delete(this)) living.add(this)
  }

  private create() {
    const element = document.createElement('iframe')
    element.setAttribute('sandbox', 'allow-scripts allow-downloads')
    element.setAttribute('credentialless', '')
    element.referrerPolicy = 'no-referrer'
    element.title = 'Output'
    element.src = frameURL
    element.addEventListener('load', () => this.connect())
    this.element = element
    this.place.append(element)
    living.add(this)
    for (const f of living) if (living.size > maxLive && f !== this && !f.visible) f.destroy('asleep')
    this.events.onState('live')
  }

  /** Hands over the port; a second load means that the frame went elsewhere: stop it. */
  private connect() {
    if (this.port) return this.destroy('stuck')
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    port1.onmessage = (e) => this.receive(e.data)
    this.element?.contentWindow?.postMessage({ kind: 'init', theme: this.theme }, '*', [port2])
    this.answered = true
    this.ping = setInterval(() => this.watch(), pingEvery)
  }

  private receive(message: unknown) {
    if (typeof message !== 'object' || message === null || !('kind' in message)) return
    const m = message as { kind: unknown; h?: unknown; href?: unknown }
    if (m.kind === 'ready') {
      this.ready = true
      this.update()
    } else if (m.kind === 'size' && typeof m.h === 'number' && Number.isFinite(m.h)) {
      this.resize(m.h)
    } else if (m.kind === 'link' && typeof m.href === 'string' && m.href.length < 4096) {
      this.events.onLink(m.href)
    } else if (m.kind === 'pong') {
      this.answered = true
    }
  }

  private resize(height: number) {
    const h = Math.min(maxHeight, Math.max(0, height))
    if (this.element) this.element.style.height = `${h}px`
    this.events.onHeight(h)
  }

  private watch() {
    if (!this.visible) return
    if (!this.answered) return this.events.onState('stuck')
    this.answered = false
    this.port?.postMessage({ kind: 'ping' })
  }

  private update() {
    if (!this.ready || !this.port) return
    const wanted = new Map(this.outputs.map((o) => [o.id, o]))
    for (const id of this.rendered.keys())
      if (!wanted.has(id)) this.port.postMessage({ kind: 'clear', outId: id })
    for (const o of this.outputs) {
      const known = this.rendered.get(o.id)
      if (known?.data === o.data && known.mime === o.mime) continue
      const data = o.data.length > maxData ? 'throw "This output is too large to be shown here."' : o.data
      const mime = o.data.length > maxData ? 'application/javascript' : o.mime
      this.port.postMessage({ kind: 'render', outId: o.id, mime, data })
    }
    this.rendered = wanted
  }

  private destroy(state: FrameState) {
    clearInterval(this.ping)
    living.delete(this)
    this.port?.close()
    this.port = null
    this.ready = false
    this.rendered = new Map()
    this.element?.remove()
    this.element = null
    this.events.onState(state)
  }
}
