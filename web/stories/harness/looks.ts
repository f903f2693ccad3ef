// What a page looks like in each theme and width: a picture, that it does not scroll
// sideways, and what axe says of it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'
import { picture } from './person.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const ways = [
  { name: 'light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true },
] as const

/** Two that differ in everything, where all four would take long. */
export const opposites = [ways[0], ways[3]] as const

interface Violation {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

/** Looks at a page; what is wrong fails the story when it ends. */
export async function look(page: Page, name: string) {
  await page.evaluate(() => document.fonts.ready)
  await page.evaluate(settled)
  await picture(page, `looks-${name}`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect.soft(wide, `${name} does not scroll sideways`).toBeLessThanOrEqual(0)
  await heard(page, name)
}

/**
 * Asks axe about a page, or a frame in it, which it does not look into by itself. What
 * colour is behind a frame it does not know.
 */
export async function heard(page: Page | Frame, name: string) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => {
    const rules = { 'color-contrast': { enabled: window === window.top } }
    const axe = Reflect.get(window, 'axe') as { run(o: object): Promise<{ violations: Violation[] }> }
    return axe.run({ rules })
  })
  const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact))
  const told = serious.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary}`),
  )
  expect.soft(told, name).toEqual([])
}

/** What moves has come to rest; what pulses for ever does not count. */
async function settled() {
  const ending = document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity)
  await Promise.allSettled(ending.map((a) => a.finished))
}
