// Makes models and views of what the kernel says, from the packages that come along.
// Others would have to be fetched from elsewhere, which the frame cannot.
import * as base from '@jupyter-widgets/base'
import { ManagerBase } from '@jupyter-widgets/base-manager'
import * as controls from '@jupyter-widgets/controls'
import { OutputModel } from '@jupyter-widgets/output'
import { Widget } from '@lumino/widgets'
import { FrameComm, messageOf, type Send } from './comm'
import { OutputView } from './outputView'

/** A model as the page around knows it. */
export interface KnownModel {
  comm: string
  state: Record<string, unknown>
  buffers: [path: (string | number)[], base64: string][]
}

const packages: Record<string, Record<string, unknown>> = {
  '@jupyter-widgets/base': { ...base },
  '@jupyter-widgets/controls': { ...controls },
  '@jupyter-widgets/output': { OutputModel, OutputView },
}

export class FrameManager extends ManagerBase {
  private readonly comms = new Map<string, FrameComm>()

  constructor(private readonly post: Send) {
    super()
  }

  /** Makes a model, once; one that is known already takes the newer state. */
  open({ comm: id, state, buffers }: KnownModel) {
    const data = { state, buffer_paths: buffers.map(([path]) => path), method: 'update' }
    const binary = buffers.map(([, b]) => b)
    if (this.comms.has(id)) return this.receive(id, '', data, binary)
    const comm = new FrameComm(id, this.post)
    this.comms.set(id, comm)
    void this.handle_comm_open(comm, messageOf(id, '', data, binary) as never)
  }

  receive(comm: string, parent: string, data: unknown, buffers: string[]) {
    this.comms.get(comm)?.receive(parent, data, buffers)
  }

  end(comm: string) {
    this.comms.get(comm)?.end()
    this.comms.delete(comm)
  }

  /** Shows a model in an element of the page; returns what takes it away again. */
  async show(id: string, place: HTMLElement): Promise<() => void> {
    const model = await this.get_model(id)
    const view = await this.create_view<base.DOMWidgetView>(model)
    Widget.attach(view.luminoWidget, place)
    return () => view.remove()
  }

  /** Makes a view. Handles of sliders get the name of theirs: the package gives them none. */
  override async create_view<V extends base.WidgetView>(model: base.WidgetModel, options?: unknown) {
    const view = await super.create_view<V>(model, options)
    const name = String(model.get('description') || 'Slider')
    const handles = view.el.querySelectorAll('.noUi-handle:not([aria-label])')
    const ends = handles.length === 2 ? [', from', ', to'] : ['']
    handles.forEach((h, i) => {
      h.setAttribute('aria-label', name + (ends[i] ?? ''))
    })
    return view
  }

  protected override async loadClass(name: string, module: string): Promise<never> {
    const found = packages[module]?.[name]
    if (!found) throw new Error(`Widgets of the package ${module} cannot be shown here.`)
    return found as never
  }

  protected override _create_comm(): Promise<never> {
    return Promise.reject(new Error('Widgets are made by the kernel.'))
  }

  protected override async _get_comm_info() {
    return {}
  }
}
