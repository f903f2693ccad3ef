// The page's side of a sandboxed output frame: made when it comes near the viewport,
// spoken to over one port, put to sleep when too many live, stopped when it hangs.
// Nothing it says is trusted: heights are clamped, links are checked by whoever asks.
import { frameURL } from 'virtual:frame-page'

export interface FrameOutput {
  id: string
  mime: string
  data: string
}

/** frozen: a script tried to open another page in the frame; what it had shown is shown, without scripts. */
export type FrameState = 'far' | 'live' | 'frozen' | 'asleep' | 'stuck'

/** What else is spoken of with the frame's page while it runs. */
export interface FrameChannel {
  /** The page is there and will take messages; returns what ends that. */
  open(post: (message: object) => void): () => void
  receive(message: Record<string, unknown>): void
}

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
  /** The height that is about to be applied. */
  private height: number | null = null
  /** What the outputs showed when a script left the frame's page, by id. */
  private left: Map<string, string> | null = null
  private closeChannel: () => void = () => {}

  constructor(
    private readonly place: HTMLElement,
    theme: 'light' | 'dark',
    private readonly events: FrameEvents,
    private readonly channel?: FrameChannel,
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

  /** Shows it again, scripts and all, after it was put to sleep, frozen or stopped. */
  wake = () => {
    this.destroy('far')
    this.left = null
    this.create()
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
    this.events.onState(this.left ? 'frozen' : 'live')
  }

  /** Hands over the port; a second load means that a script went elsewhere. */
  private connect() {
    if (this.port) return this.freeze()
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    port1.onmessage = (e) => this.receive(e.data)
    this.element?.contentWindow?.postMessage(
      { kind: 'init', theme: this.theme, frozen: this.left !== null },
      '*',
      [port2],
    )
    this.answered = true
    this.ping = setInterval(() => this.watch(), pingEvery)
  }

  private receive(message: unknown) {
    if (typeof message !== 'object' || message === null || !('kind' in message)) return
    const m = message as Record<'kind' | 'h' | 'href' | 'outId' | 'html', unknown>
    if (m.kind === 'ready') {
      this.ready = true
      this.openChannel()
      this.update()
    } else if (m.kind === 'size' && typeof m.h === 'number' && Number.isFinite(m.h)) {
      this.resize(m.h)
    } else if (m.kind === 'link' && typeof m.href === 'string' && m.href.length < 4096) {
      if (navigator.userActivation.isActive) this.events.onLink(m.href)
    } else if (m.kind === 'left' && typeof m.outId === 'string' && typeof m.html === 'string') {
      if (this.rendered.has(m.outId)) this.left = new Map(this.left).set(m.outId, m.html)
    } else if (m.kind === 'pong') {
      this.answered = true
    } else this.channel?.receive(m)
  }

  private openChannel() {
    const { port } = this
    this.closeChannel()
    if (port && this.channel && !this.left) this.closeChannel = this.channel.open((m) => port.postMessage(m))
  }

  private freeze() {
    if (this.left?.size === 0 || this.rendered.size === 0) return this.destroy('asleep')
    const left = this.left ?? new Map()
    this.destroy('far')
    this.left = left
    this.create()
  }

  /** At most once a frame of the screen, however often it is told. */
  private resize(height: number) {
    const isNews = this.height === null
    this.height = Math.min(maxHeight, Math.max(0, height))
    if (!isNews) return
    requestAnimationFrame(() => {
      const h = this.height ?? 0
      this.height = null
      if (this.element) this.element.style.height = `${h}px`
      this.events.onHeight(h)
    })
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
      const picture = this.left?.get(o.id)
      const data = picture ?? o.data
      const mime = picture === undefined ? o.mime : 'text/html'
      this.port.postMessage({ kind: 'render', outId: o.id, ...fitting(mime, data) })
    }
    this.rendered = wanted
  }

  private destroy(state: FrameState) {
    clearInterval(this.ping)
    living.delete(this)
    this.closeChannel()
    this.closeChannel = () => {}
    this.port?.close()
    this.port = null
    this.ready = false
    this.rendered = new Map()
    this.element?.remove()
    this.element = null
    this.events.onState(state)
  }
}

/** What is too large to be handed over says so instead. */
function fitting(mime: string, data: string): { mime: string; data: string } {
  if (data.length <= maxData) return { mime, data }
  return { mime: 'text/html', data: '<p class="failed">This output is too large to be shown here.</p>' }
}
