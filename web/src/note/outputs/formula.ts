// Formulas in TeX, by KaTeX. Without trust it makes no links and loads nothing.
import katex from 'katex'
import 'katex/dist/katex.min.css'

/** Sets a formula into an element; what cannot be read is shown as it was written. */
export function setFormula(place: HTMLElement, tex: string, isBlock: boolean) {
  try {
    katex.render(tex, place, { displayMode: isBlock, trust: false, maxExpand: 1000, maxSize: 50 })
  } catch {
    place.textContent = isBlock ? `$$${tex}$$` : `$${tex}$`
  }
}
