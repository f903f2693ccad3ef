// Carets between people: others' are drawn in the mounted editors, one's own is sent
// when it rests on a text the server knows.
import type { NoteClient } from '../client/noteClient'
import type { CaretState } from '../replica/state'
import { type RemoteCaret, setCarets } from '../text/carets'

export class Carets {
  private readonly stops: (() => void)[]
  private readonly moves = new Map<string, { state: CaretState; moved: number }>()
  /** Paragraphs with carets at a version that has not come yet. */
  private readonly early = new Set<string>()
  private shown = new Map<string, number>()

  constructor(
    private readonly client: NoteClient,
    private readonly mounted: () => readonly string[],
  ) {
    this.stops = [
      client.store.subscribe('carets', () => this.refreshAll()),
      client.subscribe('', () => {
        for (const p of [...this.early]) this.refresh(p)
      }),
    ]
  }

  close() {
    for (const f of this.stops) f()
  }

  /** Draws the carets of one paragraph anew. */
  refresh(paragraph: string) {
    const document = this.client.texts.peek(paragraph)?.document
    this.early.delete(paragraph)
    if (!document?.view) return
    const carets: RemoteCaret[] = []
    for (const [tab, state] of this.client.store.view.carets) {
      if (state.paragraph !== paragraph) continue
      const [anchor, head] = (state.ranges[0] ?? [0, 0]).map((at) => document.positionHere(at, state.version))
      if (typeof anchor === 'number' && typeof head === 'number')
        carets.push({ tab, user: state.user, anchor, head, moved: this.movesOf(tab, state) })
      else if (state.version > document.version) this.early.add(paragraph)
    }
    if (carets.length === 0 && !this.shown.get(paragraph)) return
    this.shown.set(paragraph, carets.length)
    document.configure(setCarets.of(carets))
  }

  private refreshAll() {
    for (const p of this.mounted()) this.refresh(p)
  }

  private movesOf(tab: string, state: CaretState): number {
    const known = this.moves.get(tab)
    if (known?.state === state) return known.moved
    const moved = (known?.moved ?? 0) + 1
    this.moves.set(tab, { state, moved })
    return moved
  }
}

const throttle = 100

/** Sends where one's own caret is, at most ten times a second. */
export class OwnCaret {
  private timer: ReturnType<typeof setTimeout> | undefined
  private paragraph = ''
  private sent = ''

  constructor(private readonly client: NoteClient) {
    client.subscribe('', () => this.paragraph !== '' && this.schedule())
  }

  /** The caret may have moved in a paragraph; '' when it left all of them. */
  moved(paragraph: string) {
    this.paragraph = paragraph
    this.schedule()
  }

  close() {
    clearTimeout(this.timer)
  }

  private schedule() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.tell()
    }, throttle)
  }

  private tell() {
    const { client, paragraph } = this
    if (!client.isReady() || !client.store.view.allowed.has('write')) return
    const document = client.texts.peek(paragraph)?.document
    if (document && document.unsent.length > 0) return // told when it is confirmed
    const ranges = document?.state.selection.ranges.map((r) => [r.anchor, r.head] as [number, number])
    const frame = ranges
      ? { paragraph, textVersion: document?.version ?? 0, ranges: ranges.slice(0, 20) }
      : { paragraph: '' }
    const said = JSON.stringify(frame)
    if (said === this.sent) return
    this.sent = said
    client.send({ op: 'CARET', note: client.note, ...frame })
  }
}
