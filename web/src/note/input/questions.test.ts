// @vitest-environment node
import { expect, it, vi } from 'vitest'
import type { ClientFrame, InputFrame } from '../../wire/types'
import type { Link } from '../client/link'
import { Questions } from './questions'

const question = (more: Partial<InputFrame> = {}): InputFrame => ({
  op: 'INPUT',
  note: 'n',
  run: 'r1',
  paragraph: 'p',
  question: 'q1',
  prompt: 'Name? ',
  password: false,
  at: '',
  ...more,
})

function given(ready = true) {
  const sent: Extract<ClientFrame, { op: 'ANSWER' }>[] = []
  const link = {
    note: 'n',
    isReady: () => ready,
    send: (f: ClientFrame) => f.op === 'ANSWER' && sent.push(f),
  }
  return { questions: new Questions(link as unknown as Link), sent }
}

it('is answered once, by its id, and gone when the server says so', async () => {
  const { questions, sent } = given()
  const heard = vi.fn()
  questions.subscribe(heard)
  questions.take(question())
  const answered = questions.answer(question(), 'Zoë')
  expect(sent).toMatchObject([{ run: 'r1', question: 'q1', text: 'Zoë' }])
  expect(questions.of('p')?.prompt).toBe('Name? ')
  questions.take({ op: 'INPUT_DONE', note: 'n', run: 'r1' })
  await answered
  expect(questions.of('p')).toBeUndefined()
  expect(heard).toHaveBeenCalledTimes(2)
})

it('stands as it was when the answer is refused', async () => {
  const { questions, sent } = given()
  questions.take(question())
  const answered = questions.answer(question(), 'x')
  const refusal = {
    op: 'REFUSED' as const,
    note: 'n',
    code: 'forbidden',
    message: 'You may not run this note.',
  }
  expect(questions.refused({ ...refusal, id: 'another' })).toBe(false)
  expect(questions.refused({ ...refusal, id: sent[0]?.id ?? '' })).toBe(true)
  await expect(answered).rejects.toThrow('You may not run')
  expect(questions.of('p')).toBeDefined()
})

it('takes the place of the run’s earlier question, of no other run’s', () => {
  const { questions } = given()
  questions.take(question({ run: 'r0', paragraph: 'other', question: 'q0' }))
  questions.take(question())
  questions.take(question({ question: 'q2', prompt: 'Again? ' }))
  expect(questions.of('p')?.question).toBe('q2')
  expect(questions.all().size).toBe(2)
})

it('waits for the connection, and says when that broke under way', async () => {
  await expect(given(false).questions.answer(question(), 'x')).rejects.toThrow('not connected')
  const { questions } = given()
  questions.take(question())
  const answered = questions.answer(question(), 'x')
  questions.lost()
  await expect(answered).rejects.toThrow('The connection broke')
})
