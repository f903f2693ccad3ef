// Somebody on a note without a browser: one socket as a page opens it, for stories in
// which many are there at once.
import { WebSocket } from 'undici'
import type { Person } from './person.ts'

interface Frame {
  op: string
  code?: string
  runs?: { by?: { name: string }; state: string }[]
}

export class Attendee {
  private readonly frames: Frame[] = []
  private readonly waiting = new Set<() => void>()

  private constructor(
    private readonly socket: WebSocket,
    private readonly note: string,
  ) {}

  /** Opens a note as somebody who is signed in, and waits until it is there. */
  static async open(who: Person, note: string): Promise<Attendee> {
    const { origin, session } = who.rest
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/socket`, {
      protocols: ['quire.v1'],
      headers: { Origin: origin, Cookie: session },
    })
    const attendee = new Attendee(socket, note)
    socket.addEventListener('message', ({ data }) => attendee.receive(JSON.parse(String(data))))
    socket.addEventListener('open', () =>
      attendee.send({ op: 'HELLO', version: 1, build: 'story', tab: who.name }),
    )
    await attendee.saw((f) => f.op === 'HELLO')
    attendee.send({ op: 'OPEN', note })
    await attendee.saw((f) => f.op === 'NOTE')
    return attendee
  }

  /** Presses run on a paragraph and looks at it; resolves with how the run ended. */
  async run(paragraph: string): Promise<string> {
    this.send({ op: 'WATCH', note: this.note, paragraphs: [paragraph] })
    const body = { paragraphs: [paragraph] }
    this.send({ op: 'DO', note: this.note, id: `run-${paragraph}`, kind: 'run.start', body })
    const { runs, code } = await this.saw(
      (f) => f.op === 'REFUSED' || (f.op === 'RUN' && f.runs?.some(isOver)),
    )
    return code ?? runs?.find(isOver)?.state ?? ''
  }

  /** How many runs of a person were told. */
  runsOf(name: string): number {
    return this.frames.flatMap((f) => f.runs ?? []).filter((r) => r.by?.name === name).length
  }

  close() {
    this.socket.close()
  }

  /** Waits for a frame that has come or comes. */
  saw(wanted: (f: Frame) => boolean | undefined): Promise<Frame> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.frames.find(wanted)
        if (!found) return
        this.waiting.delete(look)
        resolve(found)
      }
      this.waiting.add(look)
      look()
    })
  }

  private send(frame: object) {
    this.socket.send(JSON.stringify(frame))
  }

  private receive(frame: Frame) {
    this.frames.push(frame)
    for (const look of this.waiting) look()
  }
}

const isOver = (r: { state: string }) => !['queued', 'sent'].includes(r.state)
