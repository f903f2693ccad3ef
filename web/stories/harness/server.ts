// The real binary with its private Postgres, in a data folder of its own that is
// removed in the end.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Network } from './network.ts'
import { binary } from './places.ts'

const startTimeout = 45_000
const stopTimeout = 25_000

export class Server {
  /** What the server printed on standard output since it was last started. */
  printed = ''
  private process: ChildProcess | undefined

  private constructor(
    private readonly data: string,
    private readonly port: number,
    private readonly log: string,
    readonly network: Network,
    private readonly flags: readonly string[],
  ) {}

  /** Makes a folder and starts a server in it, with further flags; `log` is the file its log goes to. */
  static async start(log: string, flags: readonly string[] = []): Promise<Server> {
    mkdirSync(dirname(log), { recursive: true })
    const data = await mkdtemp(join(tmpdir(), 'quire-story-'))
    await chmod(data, 0o711) // Postgres and kernels may run as other users
    const port = await freePort()
    const server = new Server(data, port, log, await Network.to(port), flags)
    try {
      await server.start()
    } catch (e) {
      await server.remove()
      throw e
    }
    return server
  }

  /** Where browsers reach it. */
  get origin(): string {
    return `http://127.0.0.1:${this.network.port}`
  }

  /** Where it listens, past the line that can be slow. */
  get address(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The link that makes the administrator; there is one until it was used. */
  get setupLink(): string {
    const link = /http:\S+\/setup#\S+/.exec(this.printed)
    if (!link) throw new Error(`no link to set up in ${JSON.stringify(this.printed)}`)
    return link[0]
  }

  /** Starts it on the same data and address, and waits until it answers. */
  async start() {
    this.printed = ''
    const flags = ['--listen', `127.0.0.1:${this.port}`, '--public-url', this.origin, '--data', this.data]
    const child = spawn(binary, ['serve', ...flags, ...this.flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment(),
    })
    this.process = child
    let log = ''
    child.stderr.on('data', (chunk) => {
      log += chunk
      appendFileSync(this.log, chunk)
    })
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server does not start:\n${log}`)), startTimeout)
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)))
      child.stdout.on('data', (chunk) => {
        this.printed += chunk
        if (!/Quire is ready[\s\S]*\n\n$/.test(this.printed)) return
        clearTimeout(late)
        resolve()
      })
    })
  }

  /** Ends it in good order. */
  async stop() {
    await this.end('SIGTERM')
  }

  /** Ends it as a power cut would. */
  async kill() {
    await this.end('SIGKILL')
  }

  /** Stops everything, and removes the data. */
  async remove() {
    await this.network.close()
    await this.stop()
    this.endPostgres()
    await rm(this.data, { recursive: true, force: true })
  }

  private async end(signal: NodeJS.Signals) {
    const child = this.process
    this.process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), stopTimeout)
    await ended
    clearTimeout(late)
  }

  /** The private Postgres dies as in a crash; the server starts it again. False while it is down anyway. */
  killDatabase(): boolean {
    return this.signalPostgres('SIGKILL')
  }

  private signalPostgres(signal: NodeJS.Signals): boolean {
    try {
      const [pid] = readFileSync(join(this.data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')
      return process.kill(Number(pid), signal)
    } catch {
      return false // it has ended
    }
  }

  /** A server that was killed and not started again may leave its Postgres behind. */
  private endPostgres() {
    this.signalPostgres('SIGQUIT')
  }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(QUIRE|ZEPPELIN|PG)/.test(name))
  return Object.fromEntries(kept)
}

/**
 * A port below those that the system gives to outgoing connections: nobody takes it
 * while the server is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const free = new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (await free) return port
  }
}
