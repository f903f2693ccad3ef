import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { meaningOfClose } from '../wire/types'
import { Connection, type Wire } from './connection'

class FakeWire implements Wire {
  onopen: Wire['onopen'] = null
  onmessage: Wire['onmessage'] = null
  onclose: Wire['onclose'] = null
  sent: string[] = []
  closed = false

  send(data: string) {
    this.sent.push(data)
  }
  close() {
    this.closed = true
  }
  hello() {
    this.onopen?.(new Event('open'))
    this.say({
      op: 'HELLO',
      version: 1,
      build: 'b',
      user: { id: 1, name: 'ana' },
      admin: false,
      pingSeconds: 30,
    })
  }
  say(frame: object) {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(frame) }))
  }
  end(code: number) {
    this.onclose?.(new CloseEvent('close', { code }))
  }
}

let wires: FakeWire[]
let connection: Connection
const newest = () => wires.at(-1) as FakeWire

beforeEach(() => {
  vi.useFakeTimers()
  wires = []
  const dial = () => {
    wires.push(new FakeWire())
    return newest()
  }
  connection = new Connection({ dial, build: 'test', tab: 'tab1', maxPause: 8000, random: () => 1 })
})

afterEach(() => {
  connection.stop()
  vi.useRealTimers()
})

it('says HELLO first and is ready when the server has said it too', () => {
  const ready = vi.fn()
  connection.listen({ ready })
  connection.start()
  expect(connection.send({ op: 'CLOSE', note: 'n' })).toBe(false)
  newest().hello()
  expect(JSON.parse(newest().sent[0] ?? '')).toEqual({ op: 'HELLO', version: 1, build: 'test', tab: 'tab1' })
  expect(ready).toHaveBeenCalledTimes(1)
  expect(connection.getState()).toMatchObject({ phase: 'open', hello: { user: { name: 'ana' } } })
  expect(connection.send({ op: 'CLOSE', note: 'n' })).toBe(true)
})

it('comes back with growing pauses up to the longest, and starts small again after success', () => {
  connection.start()
  newest().hello()
  const pauses: number[] = []
  for (let i = 0; i < 8; i++) {
    const before = Date.now()
    newest().end(1006)
    vi.advanceTimersToNextTimer()
    pauses.push(Date.now() - before)
  }
  expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000])
  newest().hello()
  newest().end(1006)
  const before = Date.now()
  vi.advanceTimersToNextTimer()
  expect(Date.now() - before).toBe(250)
})

it('spreads its tries so that not all tabs come at once', () => {
  const pauseWith = (random: number) => {
    const c = new Connection({ dial: () => new FakeWire(), build: '', tab: '', random: () => random })
    return (c as unknown as { pause(): number }).pause()
  }
  expect(pauseWith(0)).toBe(125)
  expect(pauseWith(1)).toBe(250)
})

it('remembers since when it is away, over several tries', () => {
  connection.start()
  newest().hello()
  newest().end(1006)
  const { lostAt } = connection.getState()
  vi.advanceTimersByTime(5000)
  newest().end(1006)
  expect(connection.getState()).toMatchObject({ phase: 'waiting', lostAt })
  vi.advanceTimersByTime(10_000)
  newest().hello()
  expect(connection.getState().lostAt).toBeUndefined()
})

describe('close codes', () => {
  it.each([
    [4401, 'signed-out'],
    [4426, 'reload'],
    [4400, 'stop'],
    [4508, 'return'],
    [4512, 'return'],
    [4503, 'return'],
    [1006, 'return'],
    [1000, 'return'],
  ])('%i means %s', (code, meaning) => expect(meaningOfClose(code)).toBe(meaning))

  it.each([
    [4401, 'signed-out'],
    [4426, 'reload'],
    [4400, 'protocol'],
  ])('%i stops it for good', (code, reason) => {
    connection.start()
    newest().hello()
    newest().end(code)
    vi.advanceTimersByTime(60_000)
    expect(wires).toHaveLength(1)
    expect(connection.getState()).toMatchObject({ phase: 'stopped', reason })
  })
})

it('tells listeners of a break once, and ignores what the old wire still says', () => {
  const lost = vi.fn()
  const frame = vi.fn()
  connection.listen({ lost, frame })
  connection.start()
  const old = newest()
  old.hello()
  frame.mockClear()
  connection.suspect()
  expect(old.closed).toBe(true)
  old.say({ op: 'TREE' })
  old.end(1006)
  expect(lost).toHaveBeenCalledTimes(1)
  expect(frame).not.toHaveBeenCalled()
})

it('takes a long sleep of the computer for a break', () => {
  connection.start()
  newest().hello()
  vi.advanceTimersByTime(60_000)
  expect(connection.getState().phase).toBe('open')
  vi.setSystemTime(Date.now() + 10 * 60_000)
  vi.advanceTimersByTime(5000)
  expect(connection.getState().phase).not.toBe('open')
})

it('keeps what the server said about Python', () => {
  connection.start()
  newest().hello()
  newest().say({ op: 'STATUS', python: { phase: 'installing', message: 'm' } })
  expect(connection.getState().python?.phase).toBe('installing')
})
