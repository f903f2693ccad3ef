import { expect, it } from 'vitest'
import { renderMarkdown } from './markdown'

const html = (source: string) => {
  const place = document.createElement('div')
  place.append(renderMarkdown(source))
  return place.innerHTML
}

it('renders headings, tables and tasks', () => {
  expect(html('# A\n\n- [x] done\n- [ ] open')).toContain('☑ done')
  expect(html('| a |\n| - |\n| 1 |')).toContain('<td>1</td>')
})

it.each([
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '[x](javascript:alert(1))',
  '[x](data:text/html,<script>1</script>)',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<style>*{display:none}</style>',
  '![x](javascript:alert(1))',
])('lets nothing of %s run', (source) => {
  const place = document.createElement('div')
  place.append(renderMarkdown(source))
  expect(place.querySelector('script, iframe, style, img, [onerror]')).toBeNull()
  for (const a of place.querySelectorAll('a')) expect(a.protocol).toMatch(/^https?:$/)
})

it('does not fetch pictures of other sites, but links to them', () => {
  expect(html('![cat](https://example.org/cat.png)')).toContain('href="https://example.org/cat.png"')
  expect(html('![dot](data:image/png;base64,iVBORw0KGgo=)')).toContain('<img')
})

it('sets an environment as a block between single dollars, too', () => {
  expect(html('$\\begin{align}\nx & = y\n\\end{align}$')).toContain('class="formula-block"')
})

it('marks the items of a task list, which have a box for a bullet', () => {
  expect(html('- [x] done\n- other')).toMatch(/<li class="task">.*<li>/s)
})

it('knows formulas from prices', () => {
  expect(html('$a+b$ and $$c$$')).toMatch(/class="formula">a\+b.*class="formula-block">c/)
  expect(html('it costs $5 or $6')).not.toContain('formula')
})
