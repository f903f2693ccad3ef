// What one's own running code asks, by paragraph. The server tells it to all of one's
// tabs and again when the note is opened; an answer from any of them ends it.
import { ApiError, type FaultCode } from '../../api/client'
import type { ID, InputDoneFrame, InputFrame, RefusedFrame } from '../../wire/types'
import { type Link, newID } from '../client/link'

interface Waiting {
  question: ID
  resolve: () => void
  reject: (failure: Error) => void
}

export class Questions {
  private asked: ReadonlyMap<string, InputFrame> = new Map()
  /** Answers under way, by the id they were sent with. */
  private readonly waiting = new Map<string, Waiting>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly link: Link) {}

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => {
      this.listeners.delete(f)
    }
  }

  /** What a paragraph's code asks now. */
  of = (paragraph: string): InputFrame | undefined => this.asked.get(paragraph)

  all = (): ReadonlyMap<string, InputFrame> => this.asked

  take(f: InputFrame | InputDoneFrame) {
    const asked = new Map([...this.asked].filter(([, q]) => q.run !== f.run))
    for (const [id, w] of this.waiting) {
      const isAnswered = f.op === 'INPUT_DONE' || f.question !== w.question
      if (isAnswered && this.questionOf(f.run) === w.question) this.settle(id)?.resolve()
    }
    this.set(f.op === 'INPUT' ? asked.set(f.paragraph, f) : asked)
  }

  /** Sends an answer. Rejects with the server's refusal; the question then stands as it was. */
  answer(q: InputFrame, text: string): Promise<void> {
    if (!this.link.isReady())
      return Promise.reject(
        new ApiError('unavailable', 'You are not connected. Answer again in a moment.', 0),
      )
    const id = newID()
    const { run, question } = q
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { question, resolve, reject })
      this.link.send({ op: 'ANSWER', note: this.link.note, id, run, question, text })
    })
  }

  /** Whether the refusal was of an answer. */
  refused(f: RefusedFrame): boolean {
    const waiting = this.settle(f.id ?? '')
    waiting?.reject(new ApiError(f.code as FaultCode, f.message, 0))
    return waiting !== undefined
  }

  /** The note was opened, or is gone: what is asked still will be told again. */
  clear() {
    for (const id of [...this.waiting.keys()]) this.settle(id)?.resolve()
    this.set(new Map())
  }

  /** The connection broke: nobody knows whether the answer arrived. */
  lost() {
    for (const id of [...this.waiting.keys()])
      this.settle(id)?.reject(
        new ApiError('unavailable', 'The connection broke. Answer again if it is still asked.', 0),
      )
  }

  private questionOf(run: ID): ID | undefined {
    return [...this.asked.values()].find((q) => q.run === run)?.question
  }

  private settle(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    return waiting
  }

  private set(asked: ReadonlyMap<string, InputFrame>) {
    if (asked.size === 0 && this.asked.size === 0) return
    this.asked = asked
    for (const f of [...this.listeners]) f()
  }
}
