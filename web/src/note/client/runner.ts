// Starts runs. What is run is the text at the moment of the key press: unsent changes
// up to it go inside the same operation, later typing waits.
import { ApiError } from '../../api/client'
import type { ParagraphText } from '../text/paragraphText'
import { type Link, newID } from './link'
import { freshRun, type PendingOperations, tooLate } from './operations'
import type { Texts } from './texts'

const mostTries = 5

export class Runner {
  private readonly starting = new Map<string, number>()

  constructor(
    private readonly link: Link,
    private readonly texts: Texts,
    private readonly operations: PendingOperations,
    private readonly onChange: (paragraph: string) => void,
  ) {}

  /** Whether a run of the paragraph was pressed and is not known to the server yet. */
  isStarting(paragraph: string): boolean {
    return this.starting.has(paragraph)
  }

  /** Queues a run of each paragraph's text as it is now. Rejects with the server's refusal. */
  async run(paragraphs: string[]): Promise<void> {
    if (!this.link.isOnline())
      throw new ApiError('unavailable', 'You are not connected, so nothing can run now.', 0)
    const marked = paragraphs.map((id) => this.texts.peek(id)).filter((t) => t?.hasUnsent) as ParagraphText[]
    const marks = marked.map((text) => ({ text, mark: text.mark }))
    this.count(paragraphs, 1)
    for (const t of marked) t.hold()
    try {
      await this.start(paragraphs, marks, Date.now())
    } finally {
      for (const t of marked) t.release()
      this.count(paragraphs, -1)
    }
  }

  private async start(paragraphs: string[], marks: { text: ParagraphText; mark: number }[], pressed: number) {
    for (let tries = 1; ; tries++) {
      await Promise.all(marks.map(({ text }) => text.whenFree()))
      await Promise.all(marks.map(({ text }) => text.keep()))
      if (Date.now() - pressed > freshRun) throw new ApiError('unavailable', tooLate, 0)
      const id = newID()
      const edits = marks.flatMap(({ text, mark }) => text.take(mark, id) ?? [])
      try {
        await this.operations.do('run.start', { paragraphs, ...(edits.length > 0 && { edits }) }, id)
        return
      } catch (e) {
        const again = e instanceof ApiError && e.code === 'stale' && tries < mostTries
        for (const { text } of marks) text.refused(id, 'stale')
        if (!again) throw e
      }
    }
  }

  private count(paragraphs: string[], by: 1 | -1) {
    for (const id of paragraphs) {
      const n = (this.starting.get(id) ?? 0) + by
      if (n > 0) this.starting.set(id, n)
      else this.starting.delete(id)
      this.onChange(id)
    }
  }
}
