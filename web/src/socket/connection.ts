// The tab's one socket: says HELLO, comes back after a break with growing, jittered
// pauses, and notices silence. It knows nothing of notes: listeners get every frame,
// and are told when a connection is ready to be spoken on.
import {
  type ClientFrame,
  type HelloFrame,
  meaningOfClose,
  type Python,
  protocolVersion,
  type ServerFrame,
} from '../wire/types'

export interface ConnectionState {
  /** stopped: the server said not to come back; `reason` tells why. */
  phase: 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped'
  /** Why it is stopped. */
  reason?: 'signed-out' | 'reload' | 'protocol'
  /** When the break began, ms since 1970; absent while open or before the first try. */
  lostAt?: number
  hello?: HelloFrame
  python?: Python
}

/** The part of WebSocket that is used, so that tests can stand in for it. */
export interface Wire {
  onopen: ((e: Event) => void) | null
  onmessage: ((e: MessageEvent) => void) | null
  onclose: ((e: CloseEvent) => void) | null
  send(data: string): void
  close(code?: number): void
}

export interface ConnectionOptions {
  dial: () => Wire
  build: string
  tab: string
  /** Longest pause between tries, ms. */
  maxPause?: number
  random?: () => number
}

export interface ConnectionListener {
  /** A connection has said HELLO. */
  ready?(): void
  frame?(frame: ServerFrame): unknown
  /** The connection broke; frames sent since may be lost. */
  lost?(): void
}

const firstPause = 250
const defaultMaxPause = 15_000
const defaultPing = 20
const abnormal = 1006

export class Connection {
  private state: ConnectionState = { phase: 'idle' }
  private wire: Wire | null = null
  private greeted = false
  private tries = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private clock: ReturnType<typeof setInterval> | undefined
  private readonly listeners = new Set<ConnectionListener>()
  private readonly watchers = new Set<() => void>()

  constructor(private readonly options: ConnectionOptions) {}

  getState = () => this.state

  /** Calls back on every change of getState; returns what ends that. */
  subscribe = (f: () => void) => {
    this.watchers.add(f)
    return () => {
      this.watchers.delete(f)
    }
  }

  /** Adds a listener; a connection that is open already is ready at once. */
  listen(l: ConnectionListener): () => void {
    this.listeners.add(l)
    if (this.state.phase === 'open') l.ready?.()
    return () => this.listeners.delete(l)
  }

  /** Connects unless it is connected or trying. */
  start() {
    if (this.state.phase === 'idle' || this.state.phase === 'stopped') this.dial()
  }

  /** Tries at once instead of waiting out the pause. */
  retryNow = () => {
    if (this.state.phase !== 'waiting') return
    this.tries = 0
    this.dial()
  }

  /** Ends the connection for good, as after signing out. */
  stop() {
    this.drop()
    this.set({ phase: 'idle' })
  }

  /** Sends a frame; false when there is no connection to take it. */
  send(frame: ClientFrame): boolean {
    if (this.state.phase !== 'open' || !this.wire) return false
    this.wire.send(JSON.stringify(frame))
    return true
  }

  private dial() {
    clearTimeout(this.retry)
    this.set({ ...this.state, phase: 'connecting', reason: undefined })
    const wire = this.options.dial()
    this.wire = wire
    this.greeted = false
    wire.onopen = () => {
      const { build, tab } = this.options
      wire.send(JSON.stringify({ op: 'HELLO', version: protocolVersion, build, tab }))
    }
    wire.onmessage = (e) => this.wire === wire && this.receive(e.data)
    wire.onclose = (e) => this.wire === wire && this.closed(e.code)
  }

  private receive(data: unknown) {
    const frame = JSON.parse(String(data)) as ServerFrame
    if (frame.op === 'HELLO') this.greet(frame)
    else if (frame.op === 'STATUS') this.set({ ...this.state, python: frame.python })
    for (const l of [...this.listeners]) l.frame?.(frame)
  }

  private greet(hello: HelloFrame) {
    this.greeted = true
    this.tries = 0
    this.watchClock()
    this.set({ phase: 'open', hello, python: this.state.python })
    for (const l of [...this.listeners]) l.ready?.()
  }

  /** Called when an answer is overdue: the connection counts as broken. */
  suspect() {
    if (this.state.phase === 'open') this.closed(abnormal)
  }

  // A browser answers pings without telling the page. What the page can see is that
  // its own clock stood still: after a sleep the other side is long gone.
  private watchClock() {
    clearInterval(this.clock)
    let last = Date.now()
    this.clock = setInterval(() => {
      const slept = Date.now() - last > 3000 * (this.state.hello?.pingSeconds ?? defaultPing)
      last = Date.now()
      if (slept) this.suspect()
    }, 5000)
  }

  private closed(code: number) {
    const meaning = meaningOfClose(code)
    const wasOpen = this.greeted
    this.drop()
    const lostAt = this.state.lostAt ?? Date.now()
    if (meaning === 'return') {
      this.set({ ...this.state, phase: 'waiting', lostAt })
      this.retry = setTimeout(() => this.dial(), this.pause())
    } else {
      const reason = meaning === 'stop' ? 'protocol' : meaning
      this.set({ ...this.state, phase: 'stopped', reason, lostAt })
    }
    if (wasOpen) for (const l of [...this.listeners]) l.lost?.()
  }

  private pause(): number {
    const { maxPause = defaultMaxPause, random = Math.random } = this.options
    const longest = Math.min(maxPause, firstPause * 2 ** this.tries++)
    return longest / 2 + (longest / 2) * random()
  }

  private drop() {
    clearTimeout(this.retry)
    clearInterval(this.clock)
    const wire = this.wire
    this.wire = null
    if (wire) {
      wire.onopen = wire.onmessage = wire.onclose = null
      wire.close(1000)
    }
  }

  private set(next: ConnectionState) {
    this.state = next
    for (const f of this.watchers) f()
  }
}
