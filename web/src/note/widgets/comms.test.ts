// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ClientFrame, CommFrame, Kernel, LateOutput } from '../../wire/types'
import type { Link } from '../client/link'
import { sentIn } from './channel'
import { type CommListener, Comms } from './comms'

type Sent = Extract<ClientFrame, { op: 'COMM' }>

let sent: Sent[]
let comms: Comms
let heard: [string, unknown][]

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  heard = []
  const link = { note: 'n', isReady: () => true, send: (f: ClientFrame) => f.op === 'COMM' && sent.push(f) }
  comms = new Comms(link as unknown as Link)
})

afterEach(() => {
  vi.useRealTimers()
})

const frame: CommListener = {
  opened: (m) => heard.push(['opened', m]),
  message: (m) => heard.push(['message', m]),
  closed: (c) => heard.push(['closed', c]),
  done: (id) => heard.push(['done', id]),
  output: (id, o) => heard.push(['output', [id, o]]),
}

const comm = (more: Partial<CommFrame>) =>
  comms.take({ op: 'COMM', note: 'n', parent: 'run', kernel: 'k', comm: 'slider', kind: 'msg', ...more })
const open = (id: string, state: Record<string, unknown>) =>
  comm({ kind: 'open', comm: id, target: 'jupyter.widget', data: { state, buffer_paths: [] } })
const printed = (output: LateOutput, to = 'out') =>
  comms.take({ op: 'COMM_OUTPUT', note: 'n', kernel: 'k', parent: 'm1', comm: to, output })
const kernel = (more: Partial<Kernel>): Kernel => ({
  interpreter: 'python',
  state: 'idle',
  since: '',
  ...more,
})

it('tells a frame that comes late what the models are by now, binary values too', () => {
  open('slider', { value: 1, max: 10 })
  comm({ data: { method: 'update', state: { value: 2 }, buffer_paths: [['blob']] }, buffers: ['AAE='] })
  comms.attach(frame)
  expect(heard).toEqual([
    ['opened', { comm: 'slider', kernel: 'k', state: { value: 2, max: 10 }, buffers: [[['blob'], 'AAE=']] }],
  ])
})

it('passes on what a frame says to a model, and nothing else', () => {
  open('slider', { value: 1 })
  const message = {
    id: 'm1',
    kind: 'msg' as const,
    data: { method: 'update', state: { value: 3 } },
    buffers: [],
  }
  expect(comms.send({ ...message, comm: 'unknown' })).toBe(false)
  expect(comms.send({ ...message, comm: 'slider' })).toBe(true)
  expect(sent).toMatchObject([{ kernel: 'k', comm: 'slider', kind: 'msg', id: 'm1' }])
  comms.attach(frame)
  expect(heard[0]?.[1]).toMatchObject({ state: { value: 3 } })
  comms.take({ op: 'COMM_DONE', note: 'n', kernel: 'k', parent: 'm1' })
  expect(heard[1]).toEqual(['done', 'm1'])
})

it('takes no more from a frame than the kernel gets done', () => {
  open('slider', {})
  const send = (i: number) => comms.send({ id: `m${i}`, comm: 'slider', kind: 'msg', data: {}, buffers: [] })
  expect(Array.from({ length: 300 }, (_, i) => send(i)).filter(Boolean)).toHaveLength(200)
  comms.take({ op: 'COMM_DONE', note: 'n', kernel: 'k', parent: 'm0' })
  expect(send(300)).toBe(true)
})

it('asks a kernel once for the states of what it lists', () => {
  comms.take({
    op: 'COMMS',
    note: 'n',
    kernel: 'k',
    interpreter: 'python',
    comms: [{ comm: 'slider', target: 'jupyter.widget' }],
  })
  expect(comms.standing('slider')).toBe('coming')
  expect(comms.standing('other')).toBe('gone')
  comms.want('slider')
  comms.want('slider')
  expect(sent.map((f) => [f.kind, f.target])).toEqual([
    ['open', 'jupyter.widget.control'],
    ['msg', undefined],
  ])
  comm({
    comm: sent[0]?.comm ?? '',
    data: {
      method: 'update_states',
      states: { slider: { state: { value: 7 } } },
      buffer_paths: [['slider', 'b']],
    },
    buffers: ['AA=='],
  })
  expect(comms.standing('slider')).toBe('known')
  comms.attach(frame)
  expect(heard[0]?.[1]).toMatchObject({ state: { value: 7 }, buffers: [[['b'], 'AA==']] })
})

it('gathers what an output widget shows, and has the kernel keep it', () => {
  open('out', { outputs: [] })
  comms.attach(frame)
  printed({ kind: 'stream', name: 'stdout', text: 'a' })
  printed({ kind: 'stream', name: 'stdout', text: 'b\n' })
  printed({ kind: 'clear', wait: true })
  const now = () => {
    const [, last] = heard[heard.length - 1] ?? []
    return (last as { data: { state: { outputs: unknown } } }).data.state.outputs
  }
  expect(now()).toEqual([{ output_type: 'stream', name: 'stdout', text: 'ab\n' }])
  printed({ kind: 'display', data: { data: { 'text/plain': 'x' } } })
  expect(now()).toEqual([{ output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} }])
  expect(sent).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(sent).toHaveLength(1)
  expect(sent[0]?.data).toMatchObject({ method: 'update', state: { outputs: now() } })
})

it('hands on what a widget’s code prints outside of any', () => {
  comms.attach(frame)
  printed({ kind: 'stream', text: 'hi' }, '')
  expect(heard).toEqual([['output', ['m1', { kind: 'stream', text: 'hi' }]]])
})

it('forgets the models of a kernel that is gone, and of no other', () => {
  open('slider', {})
  comm({ kind: 'open', kernel: 'other', comm: 'theirs', target: 'jupyter.widget', data: { state: {} } })
  comms.kernels([kernel({ id: 'k' }), kernel({ id: 'other' })])
  comms.kernels([kernel({ id: 'k', state: 'dead' }), kernel({ id: 'other' })])
  expect([comms.standing('slider'), comms.standing('theirs')]).toEqual(['gone', 'known'])
  comms.send({ id: 'm1', comm: 'theirs', kind: 'msg', data: {}, buffers: [] })
  expect(comms.refused({ op: 'REFUSED', note: 'n', id: 'm1', code: 'not_found', message: 'gone' })).toBe(true)
  expect(comms.standing('theirs')).toBe('gone')
})

it('reads only well-formed messages of a frame', () => {
  const good = { kind: 'comm', id: '1', comm: 'c', msg: 'msg', data: {}, buffers: ['AA=='] }
  expect(sentIn(good)).toEqual({ id: '1', comm: 'c', kind: 'msg', data: {}, buffers: ['AA=='] })
  for (const bad of [
    { kind: 'open' },
    { msg: 'open' },
    { id: 'x'.repeat(65) },
    { comm: 1 },
    { data: 'text' },
    { buffers: [1] },
    { buffers: Array(101).fill('') },
  ])
    expect(sentIn({ ...good, ...bad })).toBeNull()
})
