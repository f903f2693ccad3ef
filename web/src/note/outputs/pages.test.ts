// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '../../api/client'
import { Pages } from './pages'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Pages whose reading fails with `failure`, if there is one. */
function given(failure?: Error) {
  const asked: number[] = []
  const pages = new Pages(async (page) => {
    asked.push(page)
    if (failure) throw failure
    return `page ${page}`
  })
  return { asked, pages }
}

it('asks for pages that stay in view, not for those that are passed', async () => {
  const { asked, pages } = given()
  for (const page of [1, 2, 3]) {
    pages.want([page])
    await vi.advanceTimersByTimeAsync(40)
  }
  await vi.advanceTimersByTimeAsync(40)
  expect(asked).toEqual([3])
  expect(pages.get(3)).toBe('page 3')
})

it('asks for nothing more of what was replaced', async () => {
  const { asked, pages } = given(new ApiError('stale', 'It was rewritten.', 409))
  pages.want([1])
  await vi.advanceTimersByTimeAsync(100)
  expect(pages.isStale).toBe(true)
  pages.want([2])
  pages.retry()
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toEqual([1])
  expect(pages.failure(1)).toBeUndefined()
})

it('asks again for what could not be read when it comes into view again', async () => {
  const { asked, pages } = given(new ApiError('unavailable', 'The server is away.', 0))
  pages.want([1])
  await vi.advanceTimersByTimeAsync(100)
  expect(pages.failure(1)).toBe('The server is away.')
  pages.want([2])
  pages.want([1])
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toEqual([1, 1])
})

it('does not ask for what is wanted no more', async () => {
  const { asked, pages } = given()
  pages.want([1])
  pages.close()
  await vi.advanceTimersByTimeAsync(100)
  expect(asked).toEqual([])
})
