import type { FrameLocator } from 'playwright-core'
import { beforeAll, expect, type TestContext, test } from 'vitest'
import type { NotePage } from './harness/notePage.ts'
import { makeNote, share } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'

const quire = givenQuire()
let ana: Person
let bob: Person

beforeAll(async () => {
  ana = await quire.setUp('ana')
  bob = await quire.invite(ana, 'bob')
})

const install = `import subprocess, sys
done = subprocess.run([sys.executable, "-m", "pip", "install", "-q", "ipywidgets"], capture_output=True, text=True)
import importlib, site
importlib.reload(site)
try:
    import ipywidgets
    print("ipywidgets", ipywidgets.__version__)
except ImportError:
    print("not installable:", done.stderr[-500:])`

/** Puts ipywidgets into the note; the story is left out where it cannot be had. */
async function given(note: NotePage, context: TestContext) {
  await note.run('install')
  const said = note.output('install').getByText(/ipywidgets \d|not installable/)
  await said.waitFor({ timeout: 120_000 })
  const text = (await said.textContent()) ?? ''
  if (text.includes('not installable')) context.skip(text)
}

const frameOf = (note: NotePage, id: string): FrameLocator => note.paragraph(id).frameLocator('iframe')

test('A slider moves a value in the kernel, and the output widget follows', {
  timeout: 180_000,
}, async (context) => {
  const id = await makeNote(ana, 'Widgets', {
    install,
    square: `from ipywidgets import interact, IntSlider
@interact(x=IntSlider(3, 0, 10, continuous_update=False))
def square(x):
    print(x, "squared is", x * x)`,
  })
  await share(ana, id, { bob: 'writer' })
  const note = await ana.openNote(id)
  await given(note, context)
  await note.run('square')
  const frame = frameOf(note, 'square')
  await frame.getByText('3 squared is 9').waitFor()
  await frame.getByRole('slider').press('ArrowRight')
  await frame.getByText('4 squared is 16').waitFor()
  await picture(note.page, 'widget-light')
  await note.page.emulateMedia({ colorScheme: 'dark' })
  await picture(note.page, 'widget-dark')

  const bobs = await bob.openNote(id)
  await bobs.paragraph('square').getByText('Only ana can use this').waitFor()
  expect(await bobs.paragraph('square').locator('iframe').count()).toBe(0)
  await picture(bobs.page, 'widget-other')

  await note.page.reload()
  await frame.getByText('4 squared is 16').waitFor()
  await frame.getByRole('slider').press('ArrowLeft')
  await frame.getByText('3 squared is 9').waitFor()
})

test('Buttons, text, plots and a hostile HTML widget stay in their frame', {
  timeout: 180_000,
}, async (context) => {
  const id = await makeNote(ana, 'More widgets', {
    install,
    press: `from ipywidgets import Button, HTML, IntProgress, Output, Text, VBox
out, word, press = Output(), Text(description="Word"), Button(description="Say it")
def said(_):
    with out:
        out.clear_output(wait=True)
        print("you said", word.value)
    print("outside")
press.on_click(said)
VBox([word, press, out])`,
    plot: `import zlib, struct
from IPython.display import Image, display
from ipywidgets import interact
def png(n):
    row = b"\\x00" + bytes([36, 89, 211]) * n
    chunk = lambda k, d: struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d))
    return (b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", n, n, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * n)) + chunk(b"IEND", b""))
@interact(n=(10, 60, 10))
def draw(n=20):
    display(Image(png(n)))`,
    hostile: `from ipywidgets import HTML
HTML("<img src='data:,' onerror='try { top.document.title = \\"pwned\\" } catch (e) { document.body.dataset.tried = 1 }'>harmless")`,
    strange: `from ipywidgets import DOMWidget
from traitlets import Unicode
class Odd(DOMWidget):
    _model_module = Unicode("odd-widgets").tag(sync=True)
    _view_module = Unicode("odd-widgets").tag(sync=True)
    _model_name = _view_name = Unicode("Odd").tag(sync=True)
Odd()`,
  })
  const note = await ana.openNote(id)
  await given(note, context)

  await note.run('press')
  const form = frameOf(note, 'press')
  await form.getByRole('textbox', { name: 'Word' }).fill('hello')
  await form.getByRole('button', { name: 'Say it' }).click()
  await form.getByText('you said hello').waitFor()
  await form.getByRole('log').getByText('outside').waitFor()
  await form.getByRole('textbox', { name: 'Word' }).fill('again')
  await form.getByRole('button', { name: 'Say it' }).click()
  await form.getByText('you said again').waitFor()
  expect(await form.getByText('you said hello').count()).toBe(0)

  await note.run('plot')
  const plot = frameOf(note, 'plot')
  const width = () => plot.locator('img').evaluate((i: HTMLImageElement) => i.naturalWidth)
  await expect.poll(width, { timeout: 15_000 }).toBe(20)
  await plot.getByRole('slider').press('ArrowRight')
  await expect.poll(width, { timeout: 15_000 }).toBe(30)

  await note.run('hostile')
  const hostile = frameOf(note, 'hostile')
  await hostile.getByText('harmless').waitFor()
  await hostile.locator('body[data-tried]').waitFor()
  expect(await note.page.title()).not.toContain('pwned')
  expect(await note.paragraph('hostile').locator('iframe').getAttribute('sandbox')).not.toContain(
    'same-origin',
  )
  await picture(note.page, 'widget-more')

  quire.watch.expect(/odd-widgets|Odd|Could not|net::ERR|404/)
  await note.run('strange')
  await frameOf(note, 'strange').locator('.jupyter-widgets-error-widget').first().waitFor()
})

test('A widget whose kernel is gone says so', { timeout: 180_000 }, async (context) => {
  const id = await makeNote(ana, 'Gone', { install, slide: 'from ipywidgets import IntSlider\nIntSlider(1)' })
  const note = await ana.openNote(id)
  await given(note, context)
  await note.run('slide')
  const slider = frameOf(note, 'slide').getByRole('slider')
  await slider.waitFor()
  await ana.rest.post(`/notes/${id}/kernel/restart`)
  await note.paragraph('slide').getByText('Run the paragraph again').waitFor()
  await note.page.reload()
  await note.paragraph('slide').getByText('Run the paragraph again').waitFor()
})
