// A server for the stories of one file, and the people on it.
import { basename, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { Person, password, picture } from './person.ts'
import { chromiumPath, results } from './places.ts'
import { Rest } from './rest.ts'
import { Server } from './server.ts'
import { Watch } from './watch.ts'

const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export class Quire {
  server!: Server
  watch!: Watch
  private browser!: Browser
  private readonly people: Person[] = []

  async start(name: string, flags: readonly string[] = []) {
    const starting = Server.start(join(results, `${name}.log`), flags)
    this.browser = await chromium.launch({ executablePath: chromiumPath, args: browserFlags })
    this.server = await starting
    this.watch = new Watch(this.server.origin)
  }

  /** Makes the administrator with the link that the server printed. */
  async setUp(name: string, newNotes: 'everyone' | 'me' = 'me'): Promise<Person> {
    const person = this.stranger(name)
    const secret = new URL(this.server.setupLink).hash.slice(1)
    await person.rest.post('/setup', { secret, name, password, newNotes })
    return person
  }

  /** Makes an account by an invitation, accepted. */
  async invite(by: Person, name: string): Promise<Person> {
    const person = this.stranger(name)
    const { link } = await by.rest.post<{ link: { url: string } }>('/users', { name })
    await person.rest.post('/session/link', { secret: new URL(link.url).hash.slice(1), password })
    return person
  }

  /** Somebody at a browser, with no account or not signed in. */
  stranger(name: string): Person {
    const person = new Person(
      name,
      new Rest(this.server.origin, this.server.address),
      this.browser,
      this.watch,
    )
    this.people.push(person)
    return person
  }

  /** Keeps a picture of every open page. */
  async pictures(name: string) {
    const words = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
    for (const person of this.people)
      for (const [i, page] of person.pages.entries()) await picture(page, `${words}-${person.name}-${i + 1}`)
  }

  async closeBrowsers() {
    for (const person of this.people) await person.closeBrowser()
  }

  async end() {
    await this.browser?.close()
    await this.server?.remove()
  }
}

/** Gives the stories of a file their server, started with these flags, and fails those in which a page misbehaves. */
export function givenQuire(...flags: string[]): Quire {
  const quire = new Quire()
  beforeAll(async () => {
    await quire.start(basename(expect.getState().testPath ?? 'story', '.story.ts'), flags)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await quire.pictures(`failed-${task.name}`)
    await quire.closeBrowsers()
    expect(quire.watch.take(), 'what pages did that they may not').toEqual([])
  })
  afterAll(() => quire.end())
  return quire
}
