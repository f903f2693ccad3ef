// The widgets of one's own code, between the kernels and the frames that show them:
// keeps every model's state, so that a frame can be made at any time, and asks the
// kernel for the states after a reload. Frames say only what belongs to a model that is
// known here; the rest is not passed on.
import type {
  CommFrame,
  CommFrames,
  CommOutputFrame,
  Kernel,
  PersonalFrames,
  RefusedFrame,
} from '../../wire/types'
import { type Link, newID } from '../client/link'
import { isRecord, type Model, statesIn, type Update, updated, updateIn } from './model'
import { type Shown, withOutput } from './outputs'

/** What a frame with widgets hears. */
export interface CommListener {
  opened(model: Model): void
  message(m: { comm: string; parent: string; data: unknown; buffers: readonly string[] }): void
  closed(comm: string): void
  /** The kernel has done with a message, or it was refused. */
  done(id: string): void
  /** Output that answers a message and belongs into no output widget. */
  output(id: string, output: CommOutputFrame['output']): void
}

/** A message of a frame. */
export interface Sent {
  id: string
  comm: string
  kind: 'msg' | 'close'
  data: Record<string, unknown>
  buffers: string[]
}

const widgetTarget = 'jupyter.widget'
const controlTarget = 'jupyter.widget.control'
const controlMetadata = { version: '1.0.0' }
const mostUnderWay = 200
const saveAfter = 300

export class Comms {
  private models = new Map<string, Model>()
  /** Kernels whose objects are known by name, and not all by their state. */
  private readonly listed = new Map<string, Set<string>>()
  /** Kernels that are asked for all states, by the comm that asks. */
  private readonly asking = new Map<string, string>()
  private readonly clearing = new Set<string>()
  private alive: ReadonlySet<string> = new Set()
  private readonly underWay = new Map<string, string>()
  private readonly frames = new Set<CommListener>()
  private readonly listeners = new Set<() => void>()
  private readonly saving = new Map<string, ReturnType<typeof setTimeout>>()
  /** How many messages were left out on the way. */
  missed = 0
  /** Why the last message did not arrive. */
  refusal = ''

  constructor(private readonly link: Link) {}

  /** Calls back when it may have changed which models there are. */
  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => {
      this.listeners.delete(f)
    }
  }

  /** known: can be shown; coming: the kernel has it and is asked; gone: no kernel has it. */
  standing = (comm: string): 'known' | 'coming' | 'gone' => {
    if (this.models.has(comm)) return 'known'
    for (const names of this.listed.values()) if (names.has(comm)) return 'coming'
    return 'gone'
  }

  /** Tells a frame all models, and from then on what becomes of them; returns what ends that. */
  attach(frame: CommListener): () => void {
    for (const m of this.models.values()) frame.opened(m)
    this.frames.add(frame)
    return () => {
      this.frames.delete(frame)
    }
  }

  /** Has the kernels that a widget may live in tell their states, if they have not yet. */
  want(comm: string) {
    for (const [kernel, names] of this.listed)
      if (names.has(comm) && !this.models.has(comm) && ![...this.asking.values()].includes(kernel))
        this.ask(kernel)
  }

  /** Passes on what a frame says; false when nobody would take it. */
  send(m: Sent): boolean {
    const model = this.models.get(m.comm)
    if (!model || !this.link.isReady() || this.underWay.size >= mostUnderWay) return false
    if (m.kind === 'msg') this.learn(model, m.data, m.buffers)
    this.post(model.kernel, m.comm, m.kind, m)
    return true
  }

  take(f: CommFrames) {
    if (f.op === 'COMM') this.message(f)
    else if (f.op === 'COMM_DONE') this.finished(f.parent)
    else if (f.op === 'COMM_OUTPUT') this.output(f)
    else if (f.op === 'COMMS')
      this.list(
        f.kernel,
        f.comms.filter((c) => c.target === widgetTarget).map((c) => c.comm),
      )
    else this.lose(f.messages)
  }

  /** Whether the refusal was of a message; a kernel that is gone takes its models along. */
  refused(f: RefusedFrame): boolean {
    const kernel = this.underWay.get(f.id ?? '')
    if (kernel === undefined) return false
    this.refusal = f.message
    this.finished(f.id ?? '')
    if (f.code === 'not_found') this.forget(kernel)
    else this.tell()
    return true
  }

  /** Which kernels there are now: of one that is not any more nothing can be used. */
  kernels(all: readonly Kernel[]) {
    const alive = new Set(
      all.flatMap((k) => (k.id && k.state !== 'dead' && k.state !== 'ended' ? [k.id] : [])),
    )
    for (const kernel of this.alive) if (!alive.has(kernel)) this.forget(kernel)
    this.alive = alive
  }

  lost() {
    for (const id of [...this.underWay.keys()]) this.finished(id)
    this.asking.clear()
  }

  clear() {
    this.lost()
    for (const t of this.saving.values()) clearTimeout(t)
    this.saving.clear()
    for (const kernel of new Set([...this.models.values()].map((m) => m.kernel))) this.forget(kernel)
  }

  private message(f: CommFrame) {
    const { comm = '', kernel = '', parent, data, buffers = [] } = f
    if (this.asking.has(comm)) return this.told(comm, f)
    if (f.kind === 'open') {
      const update = f.target === widgetTarget ? updateIn(data, buffers) : null
      if (update) this.open({ comm, kernel, ...update })
    } else if (f.kind === 'close') this.close(comm)
    else {
      const model = this.models.get(comm)
      if (!model) return
      this.learn(model, data, buffers)
      for (const l of this.frames) l.message({ comm, parent, data, buffers })
    }
  }

  private open(model: Model) {
    this.models.set(model.comm, model)
    for (const l of this.frames) l.opened(model)
    this.tell()
  }

  private close(comm: string) {
    for (const names of this.listed.values()) names.delete(comm)
    if (!this.models.delete(comm)) return
    this.clearing.delete(comm)
    for (const l of this.frames) l.closed(comm)
    this.tell()
  }

  private learn(model: Model, data: unknown, buffers: readonly string[]) {
    if (!isRecord(data) || (data.method !== 'update' && data.method !== 'echo_update')) return
    const update = updateIn(data, buffers)
    if (update) this.models.set(model.comm, updated(model, update))
  }

  private output(f: CommOutputFrame) {
    const model = this.models.get(f.comm ?? '')
    if (!model) {
      for (const l of this.frames) l.output(f.parent, f.output)
      return
    }
    const before = Array.isArray(model.state.outputs) ? model.state.outputs : []
    const shown: Shown = { outputs: before, clearNext: this.clearing.has(model.comm) }
    const { outputs, clearNext } = withOutput(shown, f.output)
    if (clearNext) this.clearing.add(model.comm)
    else this.clearing.delete(model.comm)
    if (outputs === before) return
    const data = { method: 'update', state: { outputs }, buffer_paths: [] }
    this.learn(model, data, [])
    for (const l of this.frames) l.message({ comm: model.comm, parent: f.parent, data, buffers: [] })
    this.save(model)
  }

  /** Has the kernel keep what an output widget shows, for other tabs and after a reload. */
  private save({ comm, kernel }: Model) {
    if (this.saving.has(comm)) return
    const timer = setTimeout(() => {
      this.saving.delete(comm)
      const outputs = this.models.get(comm)?.state.outputs
      if (outputs && this.link.isReady())
        this.post(kernel, comm, 'msg', {
          data: { method: 'update', state: { outputs }, buffer_paths: [] },
          buffers: [],
        })
    }, saveAfter)
    this.saving.set(comm, timer)
  }

  private post(
    kernel: string,
    comm: string,
    kind: CommFrame['kind'],
    m: {
      id?: string
      data: Record<string, unknown>
      buffers: string[]
      target?: string
      metadata?: Record<string, unknown>
    },
  ) {
    const { id = newID(), data, buffers, target, metadata } = m
    this.underWay.set(id, kernel)
    this.link.send({
      op: 'COMM',
      note: this.link.note,
      id,
      kernel,
      comm,
      kind,
      data,
      buffers,
      ...(target && { target }),
      ...(metadata && { metadata }),
    })
  }

  private list(kernel: string, names: string[]) {
    this.listed.set(kernel, new Set(names))
    const alive = new Set(names)
    for (const m of [...this.models.values()])
      if (m.kernel === kernel && !alive.has(m.comm)) this.close(m.comm)
    this.tell()
  }

  private ask(kernel: string) {
    const comm = newID()
    this.asking.set(comm, kernel)
    const none: string[] = []
    this.post(kernel, comm, 'open', {
      data: {},
      buffers: none,
      target: controlTarget,
      metadata: controlMetadata,
    })
    this.post(kernel, comm, 'msg', { data: { method: 'request_states' }, buffers: none })
  }

  /** Takes the answer to `request_states`. */
  private told(comm: string, f: CommFrame) {
    const kernel = this.asking.get(comm) ?? ''
    this.asking.delete(comm)
    this.listed.delete(kernel)
    for (const [id, update] of statesIn(f.data, f.buffers)) this.renew(id, kernel, update)
    if (f.kind !== 'close') this.post(kernel, comm, 'close', { data: {}, buffers: [] })
    this.tell()
  }

  private renew(comm: string, kernel: string, update: Update) {
    const known = this.models.get(comm)
    if (!known) return this.open({ comm, kernel, ...update })
    this.models.set(comm, updated(known, update))
    const data = { method: 'update', state: update.state, buffer_paths: update.buffers.map(([path]) => path) }
    for (const l of this.frames)
      l.message({ comm, parent: '', data, buffers: update.buffers.map(([, b]) => b) })
  }

  /** Messages were left out: what is known may be old. */
  private lose(messages: number) {
    this.missed = messages
    for (const kernel of new Set([...this.models.values()].map((m) => m.kernel))) this.ask(kernel)
    this.tell()
  }

  private finished(id: string) {
    if (this.underWay.delete(id)) for (const l of this.frames) l.done(id)
  }

  private forget(kernel: string) {
    this.listed.delete(kernel)
    for (const m of [...this.models.values()]) if (m.kernel === kernel) this.close(m.comm)
    this.tell()
  }

  private tell() {
    for (const f of [...this.listeners]) f()
  }
}

const ops: readonly string[] = ['COMM', 'COMM_OUTPUT', 'COMM_DONE', 'COMMS', 'COMMS_LOST']

export function isOfComms(f: { op: PersonalFrames['op'] | string }): f is CommFrames {
  return ops.includes(f.op)
}
