// The script that the frame runs to show widgets: what it returns is spoken to by the
// frame's own page, with what the page around it says.
import { FrameComm, type Send } from './comm'
import look from './look.css?inline'
import { FrameManager, type KnownModel } from './manager'
import { elementOf, type Output } from './outputs'

export function start(post: Send) {
  const style = document.createElement('style')
  style.textContent = look
  document.head.append(style)
  const leave = new Map<HTMLElement, Promise<() => void>>()
  const asked = new Set<string>()
  const manager = new FrameManager((m) => {
    asked.add(m.id)
    post(m)
  })

  const show = (out: HTMLElement, data: string) => {
    const { model_id: model } = JSON.parse(data)
    hide(out)
    out.replaceChildren()
    leave.set(out, manager.show(String(model), out))
  }
  const hide = (out: HTMLElement) => {
    void leave.get(out)?.then((f) => f())
    leave.delete(out)
  }
  const nest = (model: string, place: HTMLElement) => void manager.show(model, place)

  return {
    show,
    hide,
    model: (m: KnownModel) => manager.open(m),
    comm: (m: { comm: string; parent: string; data: unknown; buffers: string[] }) =>
      manager.receive(m.comm, m.parent, m.data, m.buffers),
    closed: (m: { comm: string }) => manager.end(m.comm),
    done: (m: { id: string }) => FrameComm.done(m.id),
    /** Shows below what a widget's code printed, if it is one of this frame. */
    output: (m: { id: string; output: Output | null }) => {
      if (asked.has(m.id)) printed(m.output, nest)
    },
  }
}

/** Appends an output of a widget's code; null clears what it said. */
function printed(output: Output | null, nest: (model: string, place: HTMLElement) => void) {
  let place = document.querySelector<HTMLElement>('body > .quire-printed')
  if (!place) {
    place = Object.assign(document.createElement('div'), { className: 'quire-printed quire-outputs' })
    place.setAttribute('role', 'log')
    document.body.append(place)
  }
  if (output) place.append(elementOf(output, nest))
  else place.replaceChildren()
}
