// @vitest-environment node
import { expect, it } from 'vitest'
import { Lane } from './lane'

const going = () => new AbortController().signal

it('lets so many work at once, in the order in which they came', async () => {
  const lane = new Lane(2)
  const began: number[] = []
  const ends: (() => void)[] = []
  const work = (i: number) => () => {
    began.push(i)
    return new Promise<number>((resolve) => ends.push(() => resolve(i)))
  }
  const all = [0, 1, 2, 3].map((i) => lane.during(work(i), going()))
  await Promise.resolve()
  expect(began).toEqual([0, 1])
  ends[1]?.()
  await all[1]
  await Promise.resolve()
  expect(began).toEqual([0, 1, 2])
})

it('takes those who gave up out of the line', async () => {
  const lane = new Lane(1)
  let end = () => {}
  const first = lane.during(
    () =>
      new Promise<void>((resolve) => {
        end = resolve
      }),
    going(),
  )
  const gone = new AbortController()
  const second = lane.during(async () => 'second', gone.signal)
  const third = lane.during(async () => 'third')
  gone.abort(new Error('gave up'))
  await expect(second).rejects.toThrow('gave up')
  end()
  await first
  expect(await third).toBe('third')
  await expect(lane.during(async () => 'late', gone.signal)).rejects.toThrow('gave up')
  expect(await lane.during(async () => 'free')).toBe('free')
})

it('goes on when work failed', async () => {
  const lane = new Lane(1)
  await expect(lane.during(() => Promise.reject(new Error('no')), going())).rejects.toThrow('no')
  expect(await lane.during(async () => 1, going())).toBe(1)
})
