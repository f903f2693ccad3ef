// Somebody with an account, and a browser of their own.
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { NotePage } from './notePage.ts'
import { pictures, results } from './places.ts'
import type { Rest } from './rest.ts'
import type { Watch } from './watch.ts'

export const password = 'seven green bottles'

export class Person {
  /** The frames that came over sockets to this person's pages. */
  readonly frames: string[] = []
  private opened: BrowserContext | undefined

  constructor(
    readonly name: string,
    readonly rest: Rest,
    private readonly browser: Browser,
    private readonly watch: Watch,
  ) {}

  /** Starts a browser that is signed in, with a profile of its own, if none is open. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    if (this.opened) return this.opened
    const { origin } = this.rest
    const context = await this.browser.newContext({
      baseURL: origin,
      viewport: { width: 1280, height: 800 },
      ...options,
    })
    context.setDefaultTimeout(15_000)
    context.on('page', (page) => {
      this.watch.on(page, this.name)
      page.on('websocket', (s) => s.on('framereceived', (f) => this.frames.push(String(f.payload))))
    })
    const [name, value] = this.rest.session.split('=')
    if (name && value)
      await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: 'Lax' }])
    this.opened = context
    return context
  }

  /** Opens another tab. */
  async open(path = '/'): Promise<Page> {
    const page = await (await this.context()).newPage()
    await page.goto(path)
    return page
  }

  /** Opens a note in another tab, and waits until it is there. */
  async openNote(id: string): Promise<NotePage> {
    const note = new NotePage(await this.open(`/n/${id}`))
    await note.isOpen()
    return note
  }

  /** The open tabs. */
  get pages(): Page[] {
    return this.opened?.pages() ?? []
  }

  async closeBrowser() {
    await this.opened?.close()
    this.opened = undefined
  }
}

/** Keeps a picture of a page in test-results. */
export async function picture(page: Page, name: string) {
  await page.screenshot({ path: join(results, `${name}.png`), caret: 'initial' })
}

/** Keeps a picture for the guides: what they speak of in its middle, and nothing else moving. */
export async function illustrate(page: Page, name: string, subject?: Locator) {
  await subject?.evaluate((e) => e.scrollIntoView({ block: 'center' }))
  await page.mouse.move(0, 0) // no tooltips
  await page.evaluate(() => document.fonts.ready)
  const style = '[data-toasts] { display: none } .quire-caret, .quire-caret::after { animation: none }'
  for (const dir of [results, pictures])
    if (dir) await page.screenshot({ path: join(dir, `${name}.png`), animations: 'disabled', style })
}
