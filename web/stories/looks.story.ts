import { beforeAll, test } from 'vitest'
import { look, ways } from './harness/looks.ts'
import { NotePage } from './harness/notePage.ts'
import { makeNote, share } from './harness/notes.ts'
import type { Person } from './harness/person.ts'
import { givenQuire } from './harness/quire.ts'
import { refused } from './harness/watch.ts'

const quire = givenQuire()

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
