// A database that is not Quire's: for stories about connections to what a group has already.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './server.ts'

const versions = '/usr/lib/postgresql'

export class Postgres {
  readonly user = 'reporter'
  readonly password = 'green ladder'
  readonly database = 'postgres'
  private process: ChildProcess | undefined

  private constructor(
    private readonly dir: string,
    readonly port: number,
  ) {}

  /** Whether Debian's Postgres is installed. */
  static get isHere(): boolean {
    return existsSync(versions)
  }

  /** Starts an empty one on the loopback interface, with these statements done. */
  static async start(sql: string): Promise<Postgres> {
    const postgres = new Postgres(await mkdtemp(join(tmpdir(), 'quire-shop-')), await freePort())
    try {
      await postgres.init()
      await postgres.serve()
      postgres.run('psql', [
        '--quiet',
        '--dbname',
        postgres.address,
        '--set',
        'ON_ERROR_STOP=1',
        '--command',
        sql,
      ])
    } catch (e) {
      await postgres.remove()
      throw e
    }
    return postgres
  }

  async remove() {
    const child = this.process
    if (child && child.exitCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
    }
    await rm(this.dir, { recursive: true, force: true })
  }

  private get address(): string {
    return `postgresql://${this.user}:${encodeURIComponent(this.password)}@127.0.0.1:${this.port}/${this.database}`
  }

  private async init() {
    const secret = join(this.dir, 'password')
    await writeFile(secret, this.password)
    const { uid, gid } = owner()
    for (const path of uid === undefined ? [] : [this.dir, secret]) await chown(path, uid ?? 0, gid ?? 0)
    const auth = ['--auth', 'scram-sha-256', '--username', this.user, '--pwfile', secret]
    this.run('initdb', ['--pgdata', join(this.dir, 'data'), '--no-sync', ...auth])
  }

  private async serve() {
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${this.port}`, '-c', 'fsync=off']
    const args = ['-D', join(this.dir, 'data'), '-k', this.dir, ...settings]
    const child = spawn(program('postgres'), args, { stdio: ['ignore', 'ignore', 'pipe'], ...owner() })
    this.process = child
    await new Promise<void>((resolve, reject) => {
      let log = ''
      child.once('exit', () => reject(new Error(`Postgres ended:\n${log}`)))
      child.stderr.on('data', (chunk) => {
        log += chunk
        if (log.includes('ready to accept connections')) resolve()
      })
    })
  }

  private run(name: string, args: string[]) {
    execFileSync(program(name), args, { stdio: 'pipe', cwd: '/', ...owner() })
  }
}

function program(name: string): string {
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0] ?? ''
  return join(versions, newest, 'bin', name)
}

/** Postgres does not run as root: then as Debian's user for it. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (what: string) => Number(execFileSync('id', [what, 'postgres']))
  return { uid: id('-u'), gid: id('-g') }
}
