// Between a frame with widgets and one's own models. What the frame says is checked for
// its shape and size here; whether the model may be spoken to, the hub and the server
// decide.
import { widgetScriptURL } from 'virtual:widget-script'
import type { FrameChannel } from '../outputs/frame'
import type { CommListener, Comms } from './comms'
import { isRecord } from './model'
import { outputOf } from './outputs'

/** Of one message of a frame: buffers, and characters of them and of its data. */
const mostBuffers = 100
const mostCharacters = 8 << 20

export function widgetChannel(comms: Comms, onFailed: (failure: Error) => void): FrameChannel {
  let post: (message: object) => void = () => {}
  return {
    open(postMessage) {
      let end = () => {}
      let isOpen = true
      post = postMessage
      void loadScript().then((script) => {
        if (!isOpen) return
        postMessage({ kind: 'widgets', script })
        end = comms.attach(listener(postMessage))
      }, onFailed)
      return () => {
        isOpen = false
        end()
      }
    },
    receive(m) {
      const sent = sentIn(m)
      if (sent && !comms.send(sent)) post({ kind: 'done', id: sent.id })
    },
  }
}

function listener(post: (message: object) => void): CommListener {
  return {
    opened: ({ comm, state, buffers }) => post({ kind: 'model', comm, state, buffers }),
    message: (m) => post({ kind: 'comm', ...m }),
    closed: (comm) => post({ kind: 'closed', comm }),
    done: (id) => post({ kind: 'done', id }),
    output: (id, o) => post({ kind: 'output', id, output: o.kind === 'clear' ? null : outputOf(o) }),
  }
}

/** Reads a message of a frame; null when it is none. */
export function sentIn(m: Record<string, unknown>) {
  const { kind, id, comm, msg, data, buffers } = m
  if (kind !== 'comm' || typeof id !== 'string' || id.length > 64 || typeof comm !== 'string') return null
  if ((msg !== 'msg' && msg !== 'close') || !isRecord(data) || !isBuffers(buffers)) return null
  if (JSON.stringify(data).length > mostCharacters) return null
  return { id, comm, kind: msg, data, buffers } as const
}

function isBuffers(v: unknown): v is string[] {
  return (
    Array.isArray(v) &&
    v.length <= mostBuffers &&
    v.every((b) => typeof b === 'string') &&
    v.reduce((n, b) => n + b.length, 0) <= mostCharacters
  )
}

let script: Promise<string> | undefined

/** The text of the script that shows widgets, fetched once. */
function loadScript(): Promise<string> {
  script ??= fetch(widgetScriptURL).then(async (answer) => {
    if (!answer.ok) throw new Error('What shows widgets could not be loaded. Reload the page.')
    return answer.text()
  })
  script.catch(() => {
    script = undefined
  })
  return script
}
