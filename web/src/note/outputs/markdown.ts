// Markdown to a tree of elements: no HTML of the author's own gets through
// markdown-it, and what it makes goes through DOMPurify as a second lock. Formulas are
// set by KaTeX, which is fetched when the first one is seen.
import DOMPurify from 'dompurify'
import MarkdownIt, { type StateInline } from 'markdown-it'

const md = new MarkdownIt({ html: false, linkify: true, breaks: false })

/** `$…$` and `$$…$$`: the formula stands as text until it is set. */
function formula(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state
  if (src[pos] !== '$') return false
  const fence = src[pos + 1] === '$' ? '$$' : '$'
  const start = pos + fence.length
  const end = src.indexOf(fence, start)
  const body = end < 0 ? '' : src.slice(start, end)
  // As in Pandoc: no space inside a single dollar, no digit behind it, so that prices stay prices.
  const isPrice = fence === '$' && (/^\s|\s$/.test(body) || /\d/.test(src[end + 1] ?? ''))
  if (body.trim() === '' || isPrice) return false
  if (!silent) {
    const token = state.push('formula', 'span', 0)
    token.content = body
    // An environment such as align is a block, whatever stands around it; MathJax takes it so.
    token.markup = /^\s*\\begin\{/.test(body) ? '$$' : fence
  }
  state.pos = end + fence.length
  return true
}

md.inline.ruler.after('escape', 'formula', formula)
md.renderer.rules.formula = (tokens, i) => {
  const { content = '', markup = '' } = tokens[i] ?? {}
  return `<span class="${markup === '$$' ? 'formula-block' : 'formula'}">${md.utils.escapeHtml(content)}</span>`
}

// Task lists: `- [x] done`. The boxes are shown, not operated.
md.core.ruler.after('inline', 'tasks', (state) => {
  for (const [i, token] of state.tokens.entries()) {
    const first = token.type === 'inline' ? token.children?.[0] : undefined
    const box = first && /^\[([ xX])\] /.exec(first.content)
    if (!first || !box) continue
    first.content = `${box[1] === ' ' ? '☐' : '☑'} ${first.content.slice(4)}`
    const item = state.tokens[i - 2] // a list item holds a paragraph holds the text
    if (item?.type === 'list_item_open') item.attrSet('class', 'task')
  }
})

const allowed = {
  ALLOWED_TAGS:
    'a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul'.split(
      ' ',
    ),
  ALLOWED_ATTR: ['href', 'title', 'class', 'src', 'alt', 'start', 'align'],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const

/** Renders markdown; formulas are set a moment later. */
export function renderMarkdown(source: string): DocumentFragment {
  const html = md.render(source)
  const fragment = DOMPurify.sanitize(html, {
    ...allowed,
    ALLOWED_TAGS: [...allowed.ALLOWED_TAGS],
    ALLOWED_ATTR: [...allowed.ALLOWED_ATTR],
  })
  for (const image of fragment.querySelectorAll('img')) keepOrLink(image)
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank'
    link.rel = 'noopener noreferrer'
  }
  void setFormulas(fragment)
  return fragment
}

/** Pictures of other sites are not fetched: opening a note must not tell them so. */
function keepOrLink(image: HTMLImageElement) {
  const source = image.getAttribute('src') ?? ''
  if (/^data:image\/(png|jpeg|gif|webp);/.test(source)) return
  const link = document.createElement('a')
  link.href = source
  link.textContent = image.alt || source
  image.replaceWith(link)
}

async function setFormulas(fragment: DocumentFragment) {
  const places = [...fragment.querySelectorAll<HTMLElement>('.formula, .formula-block')]
  if (places.length === 0) return
  const { setFormula } = await import('./formula')
  for (const place of places) setFormula(place, place.textContent ?? '', place.className === 'formula-block')
}
