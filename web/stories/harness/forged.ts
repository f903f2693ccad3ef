// Frames that no page of ours would send, from a page that is signed in.
import type { Page } from 'playwright-core'

export interface Forged {
  kind: string
  body: unknown
}

/** Asks for operations over a socket of the page's own; resolves with each one's answer: done, or a fault's code. */
export function forge(page: Page, note: string, operations: Forged[]): Promise<string[]> {
  return page.evaluate(
    ([note, operations]) =>
      new Promise<string[]>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/api/v1/socket`, 'quire.v1')
        const send = (frame: object) => socket.send(JSON.stringify(frame))
        const answers = new Map<string, string>()
        const answer = (id: string, what: string) => {
          answers.set(id, what)
          if (answers.size < operations.length) return
          socket.close()
          resolve(operations.map((_, i) => answers.get(`forged-${i}`) ?? 'none'))
        }
        socket.onopen = () => send({ op: 'HELLO', version: 1, build: 'forged', tab: 'forged' })
        socket.onclose = (e) => reject(new Error(`the socket was closed with ${e.code}`))
        socket.onmessage = ({ data }) => {
          const frame = JSON.parse(data)
          if (frame.op === 'HELLO') send({ op: 'OPEN', note })
          if (frame.op === 'NOTE')
            operations.forEach((o, i) => {
              send({ op: 'DO', note, id: `forged-${i}`, ...o })
            })
          const isOurs = String(frame.id).startsWith('forged-')
          if (isOurs && frame.op === 'ENTRY') answer(frame.id, 'done')
          if (isOurs && frame.op === 'REFUSED') answer(frame.id, frame.code)
        }
      }),
    [note, operations] as const,
  )
}
