// An open note, as somebody in front of the page finds their way around it.
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

const soon = { timeout: 15_000, interval: 50 }

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
    return this.paragraph(id).getByRole('region', { name: /output/i })
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

  async run(id: string) {
    await this.paragraph(id).getByRole('button', { name: /^run/i }).click()
  }

  async shows(id: string, text: string) {
    await expect.poll(() => this.text(id), soon).toBe(text)
  }

  async showsOutput(id: string, text: string | RegExp) {
    await this.output(id).getByText(text).first().waitFor(soon)
  }

  /** Somebody else's caret, with their name. */
  caretOf(name: string): Locator {
    return this.page.locator(`[data-caret="${name}"]`)
  }

  /** Waits until everything typed here is on the server. */
  async isSaved() {
    await this.page.getByText('Saved', { exact: true }).waitFor(soon)
  }
}
