// Shows what an output widget holds. What stays the same is left as it is, and a new
// picture takes its place only when it can be painted, so that nothing flickers.
import { DOMWidgetView } from '@jupyter-widgets/base'
import type { FrameManager } from './manager'
import { elementOf, type Output } from './outputs'

export class OutputView extends DOMWidgetView {
  private shown: { key: string; element: HTMLElement }[] = []

  override render() {
    super.render()
    this.el.classList.add('quire-outputs')
    this.listenTo(this.model, 'change:outputs', () => this.update())
    this.update()
  }

  override update() {
    const outputs = (this.model.get('outputs') ?? []) as Output[]
    for (const [i, output] of outputs.entries()) this.put(i, output)
    for (const { element } of this.shown.splice(outputs.length)) element.remove()
  }

  private put(i: number, output: Output) {
    const key = JSON.stringify(output)
    const before = this.shown[i]
    if (before?.key === key) return
    const element = elementOf(output, (model, place) => void this.nest(model, place))
    this.shown[i] = { key, element }
    if (!before) return this.el.append(element)
    const replace = () => before.element.replaceWith(element)
    if (element instanceof HTMLImageElement) void element.decode().then(replace, replace)
    else replace()
  }

  private async nest(model: string, place: HTMLElement) {
    await this.displayed
    await (this.model.widget_manager as unknown as FrameManager).show(model, place)
  }
}
