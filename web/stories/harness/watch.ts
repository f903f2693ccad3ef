// Looks over every page's shoulder: what no page may do is noted down, and fails the
// story it happened in.
import type { ConsoleMessage, Dialog, Page, Request } from 'playwright-core'

export class Watch {
  private problems: string[] = []
  private expected: RegExp[] = []

  constructor(private readonly origin: string) {}

  /** For the rest of the story, console errors and dialogs that match are as they should be. */
  expect(...patterns: RegExp[]) {
    this.expected.push(...patterns)
  }

  /** What happened since the last story, forgotten with this. */
  take(): string[] {
    const problems = this.problems.filter((p) => !this.expected.some((e) => e.test(p)))
    this.problems = []
    this.expected = []
    return problems
  }

  on(page: Page, who: string) {
    const note = (what: string) => this.problems.push(`${who}: ${what}`)
    page.on('pageerror', (e) => note(`error: ${e.stack ?? e.message}`))
    page.on('crash', () => note('the page crashed'))
    page.on('console', (m) => m.type() === 'error' && note(consoleText(m)))
    page.on('dialog', (d) => void this.dialog(d, note))
    page.on('requestfinished', (r) => this.request(r, note))
    page.on('requestfailed', (r) => {
      if (!/csp|BLOCKED_BY_/i.test(r.failure()?.errorText ?? '')) this.request(r, note)
    })
    page.on('websocket', (s) => {
      if (!this.isOwn(s.url())) note(`connected to ${s.url()}`)
    })
  }

  private request(r: Request, note: (what: string) => void) {
    if (!this.isOwn(r.url())) note(`asked for ${r.url().slice(0, 200)}`)
  }

  private async dialog(d: Dialog, note: (what: string) => void) {
    note(`dialog ${d.type()}: ${d.message()}`)
    await d.accept().catch(() => {})
  }

  private isOwn(url: string): boolean {
    const { protocol, host } = new URL(url)
    return host === new URL(this.origin).host || ['data:', 'blob:', 'about:'].includes(protocol)
  }
}

function consoleText(m: ConsoleMessage): string {
  return `console: ${m.text()} (${m.location().url})`
}

/** What a browser says of requests that find no server. */
export const networkFailures = [/WebSocket connection to .* failed/, /net::ERR_/]

/** What a browser says of requests that are refused. */
export const refused = (...statuses: number[]) =>
  new RegExp(`the server responded with a status of (${statuses.join('|')})`)

/** The question whether to leave a page with edits that were not sent. */
export const leaving = /dialog beforeunload/
