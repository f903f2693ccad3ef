// An open note, as somebody in front of the page finds their way around it.
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

export class NotePage {
  constructor(readonly page: Page) {}

  async isOpen() {
    await this.paragraph().first().waitFor()
  }

  /** A paragraph by its id; all of them without one. */
  paragraph(id?: string): Locator {
    return this.page.locator(id ? `[data-pid="${id}"]` : '[data-pid]')
  }

  editor(id: string): Locator {
    return this.paragraph(id).locator('.cm-content')
  }

  output(id: string): Locator {
    return this.paragraph(id).locator('[aria-busy]')
  }

  /** The paragraph's text as it stands in the editor. */
  text(id: string): Promise<string> {
    return this.editor(id).evaluate((content) =>
      Array.from(content.querySelectorAll('.cm-line'), (line) => line.textContent).join('\n'),
    )
  }

  /** Puts the caret at the end of a paragraph's text. */
  async goToEnd(id: string) {
    await this.editor(id).click()
    await this.page.keyboard.press('Control+End')
  }

  /** Types at the end of a paragraph's text, key by key. */
  async type(id: string, text: string, { pause = 0 } = {}) {
    await this.goToEnd(id)
    await this.page.keyboard.type(text, { delay: pause })
  }

  /** Adds a paragraph at the end, as from the clipboard, and returns its id. */
  async add(text: string): Promise<string> {
    const focused = () =>
      this.page.evaluate(() =>
        document.activeElement?.closest('.cm-content')?.closest('[data-pid]')?.getAttribute('data-pid'),
      )
    const before = await focused()
    const start = this.page.getByRole('button', { name: /^Python/ }) // of an empty note
    await start.or(this.page.getByRole('button', { name: 'Insert a paragraph' }).last()).click()
    await expect.poll(focused).not.toBe(before ?? undefined)
    const id = (await focused()) ?? ''
    await this.page.keyboard.press('Control+a')
    await this.page.evaluate((t) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', t)
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.activeElement?.dispatchEvent(paste)
    }, text)
    await this.shows(id, text)
    return id
  }

  /** Chooses an entry of the note's menu. */
  async choose(entry: string | RegExp) {
    await this.page.getByRole('button', { name: 'More about this note' }).click()
    await this.page.getByRole('menuitem', { name: entry }).click()
  }

  async run(id: string) {
    await this.paragraph(id).getByRole('button', { name: 'Run', exact: true }).click()
  }

  /** Waits until a run that somebody started here has ended; `timeout` in ms. */
  async hasRun(id: string, by: string, timeout?: number) {
    await this.paragraph(id).locator('footer').getByText(`by ${by}`).waitFor({ timeout })
  }

  /** Stops the run of a paragraph. */
  async stop(id: string) {
    await this.paragraph(id).getByRole('button', { name: 'Stop', exact: true }).click()
  }

  /** The paragraph that has this text. */
  async idOf(text: string): Promise<string> {
    const paragraph = this.paragraph().filter({ hasText: text }).first()
    return (await paragraph.getAttribute('data-pid')) ?? ''
  }

  async shows(id: string, text: string) {
    await expect.poll(() => this.text(id)).toBe(text)
  }

  async showsOutput(id: string, text: string | RegExp) {
    await this.output(id).getByText(text).first().waitFor()
  }

  /** What is shown while the server cannot be reached. */
  connectionBanner(): Locator {
    return this.page.getByText(/your typing is kept/i)
  }

  /** Opens the note in another tab with a copy of this one's session storage, as "Duplicate tab" does. */
  async duplicate(): Promise<NotePage> {
    const opening = this.page.waitForEvent('popup')
    await this.page.evaluate(() => void window.open(location.href))
    const twin = new NotePage(await opening)
    await twin.isOpen()
    return twin
  }

  /** Somebody else's caret, with their name. */
  caretOf(name: string): Locator {
    return this.page.locator(`.quire-caret[data-name="${name}"]`)
  }

  /** Waits until everything typed here is on the server. */
  async isSaved() {
    await this.page.getByRole('contentinfo').getByText('saved', { exact: true }).waitFor()
  }
}
