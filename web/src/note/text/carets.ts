// Other people's carets and selections, drawn as a layer above the text: a layer
// breaks neither line wrapping nor input methods.
import { EditorSelection, type Extension, StateEffect, StateField } from '@codemirror/state'
import { type EditorView, type LayerMarker, layer, RectangleMarker } from '@codemirror/view'
import { colourOf } from '../../ui/Avatar'
import './carets.css'

export interface RemoteCaret {
  tab: string
  user: { id: number; name: string }
  anchor: number
  head: number
  /** Counts its movements: a moved caret shows its name again. */
  moved: number
}

export const setCarets = StateEffect.define<readonly RemoteCaret[]>()

const carets = StateField.define<readonly RemoteCaret[]>({
  create: () => [],
  update(value, tr) {
    for (const e of tr.effects) if (e.is(setCarets)) return e.value
    if (!tr.docChanged || value.length === 0) return value
    return value.map((c) => ({
      ...c,
      anchor: tr.changes.mapPos(c.anchor, 1),
      head: tr.changes.mapPos(c.head, 1),
    }))
  },
})

class CaretMarker implements LayerMarker {
  constructor(
    private readonly caret: RemoteCaret,
    private readonly box: RectangleMarker,
    private readonly isFirstLine: boolean,
  ) {}

  eq(other: LayerMarker): boolean {
    return (
      other instanceof CaretMarker &&
      other.box.eq(this.box) &&
      other.caret.tab === this.caret.tab &&
      other.caret.moved === this.caret.moved
    )
  }

  draw(): HTMLElement {
    const dom = document.createElement('div')
    dom.className = this.isFirstLine ? 'quire-caret quire-caret-first' : 'quire-caret'
    dom.dataset.name = this.caret.user.name
    dom.style.setProperty('--person', colourOf(this.caret.user.id))
    this.place(dom)
    return dom
  }

  update(dom: HTMLElement, before: LayerMarker): boolean {
    const same = before instanceof CaretMarker && before.caret.tab === this.caret.tab
    if (!same || before.caret.moved !== this.caret.moved) return false
    this.place(dom)
    return true
  }

  private place(dom: HTMLElement) {
    dom.style.left = `${this.box.left}px`
    dom.style.top = `${this.box.top}px`
    dom.style.height = `${this.box.height}px`
  }
}

function markers(view: EditorView): readonly LayerMarker[] {
  return view.state.field(carets).flatMap((c) => {
    const { length } = view.state.doc
    const [anchor, head] = [Math.min(c.anchor, length), Math.min(c.head, length)]
    const isFirst = view.state.doc.lineAt(head).number === 1
    const at = RectangleMarker.forRange(view, '', EditorSelection.cursor(head))
    return at.map((box) => new CaretMarker({ ...c, anchor, head }, box, isFirst))
  })
}

function selections(view: EditorView): readonly LayerMarker[] {
  return view.state.field(carets).flatMap((c) => {
    const { length } = view.state.doc
    if (c.anchor === c.head || Math.max(c.anchor, c.head) > length) return []
    return RectangleMarker.forRange(
      view,
      `quire-selection quire-person-${c.user.id % 12}`,
      EditorSelection.range(c.anchor, c.head),
    )
  })
}

const hasCaretChange = (effects: readonly StateEffect<unknown>[]) => effects.some((e) => e.is(setCarets))

export const remoteCarets: Extension = [
  carets,
  layer({
    above: true,
    class: 'quire-carets',
    markers,
    update: (u) =>
      u.docChanged || u.geometryChanged || u.transactions.some((tr) => hasCaretChange(tr.effects)),
  }),
  layer({
    above: false,
    class: 'quire-selections',
    markers: selections,
    update: (u) =>
      u.docChanged || u.geometryChanged || u.transactions.some((tr) => hasCaretChange(tr.effects)),
  }),
]
