// Other people's carets and selections, drawn as a layer above the text: a layer
// breaks neither line wrapping nor input methods.
import { EditorSelection, type Extension, StateEffect, StateField } from '@codemirror/state'
import { type EditorView, type LayerMarker, layer, RectangleMarker, type ViewUpdate } from '@codemirror/view'
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

type Shape = 'caret' | 'selection'

/** A rectangle of somebody's caret or selection. */
class PersonMarker implements LayerMarker {
  constructor(
    private readonly shape: Shape,
    private readonly caret: RemoteCaret,
    private readonly box: RectangleMarker,
    private readonly isFirstLine = false,
  ) {}

  eq(other: LayerMarker): boolean {
    return other instanceof PersonMarker && this.isSame(other) && other.box.eq(this.box)
  }

  draw(): HTMLElement {
    const dom = document.createElement('div')
    dom.className = `quire-${this.shape}${this.isFirstLine ? ' quire-first-line' : ''}`
    if (this.shape === 'caret') dom.dataset.name = this.caret.user.name
    dom.style.setProperty('--person', colourOf(this.caret.user.id))
    this.place(dom)
    return dom
  }

  update(dom: HTMLElement, before: LayerMarker): boolean {
    if (!(before instanceof PersonMarker) || !this.isSame(before)) return false
    this.place(dom)
    return true
  }

  // A caret that moved is drawn anew, and so shows its name again.
  private isSame(other: PersonMarker): boolean {
    return (
      other.shape === this.shape &&
      other.isFirstLine === this.isFirstLine &&
      other.caret.tab === this.caret.tab &&
      other.caret.moved === this.caret.moved
    )
  }

  private place(dom: HTMLElement) {
    const { left, top, width, height } = this.box
    dom.style.left = `${left}px`
    dom.style.top = `${top}px`
    dom.style.height = `${height}px`
    if (this.shape === 'selection' && width !== null) dom.style.width = `${width}px`
  }
}

function caretMarkers(view: EditorView): readonly LayerMarker[] {
  const { doc } = view.state
  return view.state.field(carets).flatMap((c) => {
    const head = Math.min(c.head, doc.length)
    const isFirst = doc.lineAt(head).number === 1
    const boxes = RectangleMarker.forRange(view, '', EditorSelection.cursor(head))
    return boxes.map((box) => new PersonMarker('caret', c, box, isFirst))
  })
}

function selectionMarkers(view: EditorView): readonly LayerMarker[] {
  const { length } = view.state.doc
  return view.state.field(carets).flatMap((c) => {
    if (c.anchor === c.head || Math.max(c.anchor, c.head) > length) return []
    const boxes = RectangleMarker.forRange(view, '', EditorSelection.range(c.anchor, c.head))
    return boxes.map((box) => new PersonMarker('selection', c, box))
  })
}

function needsDrawing(u: ViewUpdate): boolean {
  const told = u.transactions.some((tr) => tr.effects.some((e) => e.is(setCarets)))
  return u.docChanged || u.geometryChanged || told
}

export const remoteCarets: Extension = [
  carets,
  layer({ above: true, class: 'quire-carets', markers: caretMarkers, update: needsDrawing }),
  layer({ above: false, class: 'quire-selections', markers: selectionMarkers, update: needsDrawing }),
]
