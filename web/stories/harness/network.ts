// The line between browsers and the server: a TCP proxy that can be slow or stand
// still. Browsers know the server by the proxy's address, which stays
// the same when the server is started again.

import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class Network {
  /** Milliseconds that everything takes each way. */
  delay = 0
  private frozen: (() => void)[] | undefined
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly listener: Server,
    readonly port: number,
    private readonly to: number,
  ) {
    listener.on('connection', (near) => this.join(near))
  }

  /** Listens on a free port and passes everything on to `to`. */
  static async to(to: number): Promise<Network> {
    const listener = createServer({ noDelay: true, allowHalfOpen: false })
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const address = listener.address()
    if (!address || typeof address === 'string') throw new Error('the proxy has no port')
    return new Network(listener, address.port, to)
  }

  /** Nothing gets through, and nobody is told: as when a laptop leaves the network. */
  freeze() {
    this.frozen ??= []
  }

  /** What was held back goes on its way, in order. */
  thaw() {
    const held = this.frozen ?? []
    this.frozen = undefined
    for (const go of held) go()
  }

  async close() {
    this.thaw()
    this.listener.close()
    for (const s of this.sockets) s.destroy()
  }

  private join(near: Socket) {
    const far = connect({ port: this.to, host: '127.0.0.1', noDelay: true })
    this.pipe(near, far)
    this.pipe(far, near)
  }

  private pipe(from: Socket, to: Socket) {
    this.sockets.add(from)
    from.on('data', (chunk) => this.later(() => to.writable && to.write(chunk)))
    from.on('end', () => this.later(() => to.end()))
    from.on('error', () => this.later(() => to.destroy()))
    from.on('close', () => {
      this.sockets.delete(from)
      this.later(() => to.destroy())
    })
  }

  // Timers of the same length fire in the order they were set, so bytes stay in order.
  private later(act: () => void) {
    if (this.frozen) this.frozen.push(act)
    else if (this.delay > 0) setTimeout(() => this.now(act), this.delay)
    else act()
  }

  private now(act: () => void) {
    if (this.frozen) this.frozen.push(act)
    else act()
  }
}
