// A widget's line to its model in the kernel, by way of the page around the frame.
import type { ICallbacks, IClassicComm } from '@jupyter-widgets/base'

/** What the frame says to the page around it. */
export type Send = (message: {
  kind: 'comm'
  id: string
  comm: string
  msg: 'msg' | 'close'
  data: unknown
  buffers: string[]
}) => void

/** A message as Jupyter's classes expect it. */
export interface KernelMessage {
  parent_header: { msg_id: string }
  metadata: Record<string, unknown>
  content: { comm_id: string; data: unknown }
  buffers: DataView[]
}

type Buffers = readonly (ArrayBuffer | ArrayBufferView)[]

export class FrameComm implements IClassicComm {
  readonly target_name = 'jupyter.widget'
  /** What waits for the kernel to be done with a message, by its id. */
  static readonly underWay = new Map<string, ICallbacks | undefined>()
  private message: (m: KernelMessage) => void = () => {}
  private closed: (m: KernelMessage) => void = () => {}

  constructor(
    readonly comm_id: string,
    private readonly post: Send,
  ) {}

  /** Models are opened by the kernel. */
  open(): string {
    return ''
  }

  send(data: unknown, callbacks?: ICallbacks, _metadata?: unknown, buffers?: Buffers): string {
    return this.say('msg', data, callbacks, buffers)
  }

  close(data?: unknown, callbacks?: ICallbacks, _metadata?: unknown, buffers?: Buffers): string {
    return this.say('close', data ?? {}, callbacks, buffers)
  }

  on_msg(f: (m: KernelMessage) => void) {
    this.message = f
  }

  on_close(f: (m: KernelMessage) => void) {
    this.closed = f
  }

  receive(parent: string, data: unknown, buffers: string[]) {
    this.message(messageOf(this.comm_id, parent, data, buffers))
  }

  end() {
    this.closed(messageOf(this.comm_id, '', {}, []))
  }

  /** The kernel has done with a message: the model may send its next. */
  static done(id: string) {
    const callbacks = FrameComm.underWay.get(id)
    FrameComm.underWay.delete(id)
    callbacks?.iopub?.status?.({ content: { execution_state: 'idle' } } as never)
  }

  private say(msg: 'msg' | 'close', data: unknown, callbacks?: ICallbacks, buffers: Buffers = []): string {
    const id = crypto.getRandomValues(new Uint32Array(4)).join('-')
    FrameComm.underWay.set(id, callbacks)
    const plain = JSON.parse(JSON.stringify(data ?? {}))
    this.post({ kind: 'comm', id, comm: this.comm_id, msg, data: plain, buffers: buffers.map(base64Of) })
    return id
  }
}

export function messageOf(comm: string, parent: string, data: unknown, buffers: string[]): KernelMessage {
  return {
    parent_header: { msg_id: parent },
    metadata: { version: '2.1.0' },
    content: { comm_id: comm, data },
    buffers: buffers.map(viewOf),
  }
}

export function viewOf(base64: string): DataView {
  return new DataView(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer)
}

function base64Of(buffer: ArrayBuffer | ArrayBufferView): string {
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer)
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
