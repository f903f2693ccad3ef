import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { NotePage } from './harness/notePage.ts'
import { makeNote, share } from './harness/notes.ts'
import { type Person, picture } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let ana: Person
let note: string

beforeAll(async () => {
  ana = await quire.setUp('ana')
  for (const name of ['bob', 'rita', 'vera', 'someone.with.a.rather-long-name']) await quire.invite(ana, name)
  await ana.rest.post('/groups', {
    name: 'team',
    description: 'Those who build it',
    members: ['bob', 'rita'],
  })
  note = await makeNote(ana, 'Team/Q3/Churn model', {
    text: '%md\n# Churn\nWhat we know **so far**, and $e^{i\\pi}$.\n\n- [x] data\n- [ ] model',
    code: 'import sys\nprint("churn", 0.42)\nfor i in range(3):\n    print(i)',
    table: 'display({"text/tab-separated-values": "city\\tcount\\nBerlin\\t12\\nParis\\t7\\n"}, raw=True)',
    error: 'def mean(values):\n    return sum(values) / len(values)\n\nmean([])',
  })
  await share(ana, note, { team: 'writer', vera: 'reader' })
  const open = await ana.openNote(note)
  for (const paragraph of ['code', 'table', 'error']) await open.run(paragraph)
  await open.showsOutput('error', 'ZeroDivisionError')
  await ana.closeBrowser()
})

const ways = [
  { name: 'light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true },
] as const

test.each(ways)(
  'Every page looks right and has no serious fault for assistive technology: $name',
  async ({ name, ...options }) => {
    await ana.context(options)
    const page = await ana.open('/')
    await page.getByRole('heading', { name: 'Notes', level: 1 }).waitFor()
    await look(page, `home-${name}`)
    for (const [place, heading] of [
      ['people', 'People'],
      ['account', /./],
      ['trash', 'Trash'],
    ] as const) {
      await page.goto(`/${place}`)
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      await look(page, `${place}-${name}`)
    }
    await page.goto(`/n/${note}`)
    const open = new NotePage(page)
    await open.isOpen()
    await open.showsOutput('error', 'ZeroDivisionError')
    await look(page, `note-${name}`)
    await page.getByRole('button', { name: /share/i }).first().click()
    await page.getByRole('dialog').getByText('Who has access').waitFor()
    await look(page, `share-${name}`)

    quire.watch.expect(refused(401))
    await page.context().clearCookies()
    await page.goto('/sign-in')
    await page.getByLabel('Password').waitFor()
    await look(page, `sign-in-${name}`)
  },
)

interface Violation {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

async function look(page: Page, name: string) {
  await page.evaluate(() => document.fonts.ready)
  await picture(page, `looks-${name}`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect.soft(wide, `${name} does not scroll sideways`).toBeLessThanOrEqual(0)
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    (Reflect.get(window, 'axe') as { run(): Promise<{ violations: Violation[] }> }).run(),
  )
  const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact))
  const told = serious.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`),
  )
  expect.soft(told, name).toEqual([])
}
