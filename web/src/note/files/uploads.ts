// Uploads into notes, one after the other. They go on while the panel is closed.
import { useSyncExternalStore } from 'react'
import { ApiError } from '../../api/client'
import { sendFile } from '../../api/send'
import { filesOf, freeName, inFolder } from './files'

export interface Upload {
  id: number
  folder: string
  name: string
  size: number
  sent: number
  state: 'waiting' | 'clash' | 'sending' | 'done' | 'failed'
  failure?: string
}

/** What to do when there is a file with the name already. */
export type Clash = 'replace' | 'both' | 'skip'

interface Job {
  upload: Upload
  file: File
  stop: AbortController
  replace: boolean
}

let counter = 0

/** The uploads into one note. */
export class Uploads {
  private jobs: Job[] = []
  private shown: readonly Upload[] = []
  private listeners = new Set<() => void>()
  private isRunning = false
  private forAll: Clash | undefined
  /** Called when files have changed on the server. */
  onChange: () => void = () => {}

  constructor(private readonly note: string) {}

  readonly subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }

  readonly get = () => this.shown

  /** Adds files; `taken` are the names that are in the folder. */
  add(files: readonly File[], folder: string, taken: ReadonlySet<string>, room: number) {
    for (const file of files) {
      const upload: Upload = {
        id: ++counter,
        folder,
        name: file.name,
        size: file.size,
        sent: 0,
        state: taken.has(file.name) ? 'clash' : 'waiting',
      }
      if (file.size > room) {
        upload.state = 'failed'
        upload.failure = 'There is not enough room left in this note.'
      }
      this.jobs.push({ upload, file, stop: new AbortController(), replace: false })
    }
    this.tell()
    void this.run()
  }

  /** Answers what to do with a file whose name is taken, or with all of them. */
  answer(id: number, how: Clash, taken: ReadonlySet<string>, all = false) {
    if (all) this.forAll = how
    for (const job of [...this.jobs])
      if (job.upload.state === 'clash' && (all || job.upload.id === id)) this.settle(job, how, taken)
    this.tell()
    void this.run()
  }

  private settle(job: Job, how: Clash, taken: ReadonlySet<string>) {
    if (how === 'skip') {
      this.jobs = this.jobs.filter((j) => j !== job)
      return
    }
    job.replace = how === 'replace'
    const others = this.jobs.filter((j) => j.upload.folder === job.upload.folder).map((j) => j.upload.name)
    const name = how === 'both' ? freeName(job.upload.name, new Set([...taken, ...others])) : job.upload.name
    job.upload = { ...job.upload, name, state: 'waiting' }
  }

  /** Stops an upload, or takes one that is over out of the list. */
  cancel(id: number) {
    this.jobs.find((j) => j.upload.id === id)?.stop.abort()
    this.jobs = this.jobs.filter((j) => j.upload.id !== id)
    this.tell()
  }

  clear() {
    this.jobs = this.jobs.filter((j) => j.upload.state !== 'done' && j.upload.state !== 'failed')
    this.tell()
  }

  private async run() {
    if (this.isRunning) return
    this.isRunning = true
    for (let job = this.next(); job; job = this.next()) await this.send(job)
    this.isRunning = false
    if (!this.jobs.some((j) => j.upload.state === 'clash')) this.forAll = undefined
  }

  private next = () => this.jobs.find((j) => j.upload.state === 'waiting')

  private async send(job: Job) {
    const { folder, name } = job.upload
    this.change(job, { state: 'sending' })
    try {
      await sendFile(`${filesOf(this.note)}/content`, job.file, {
        query: { path: inFolder(folder, name), replace: job.replace ? 1 : 0 },
        signal: job.stop.signal,
        onProgress: (sent) => this.change(job, { sent: Math.min(sent, job.upload.size) }),
      })
      this.change(job, { state: 'done', sent: job.upload.size })
      this.onChange()
    } catch (e) {
      this.failed(job, e)
    }
  }

  private failed(job: Job, e: unknown) {
    if (job.stop.signal.aborted) return
    if (e instanceof ApiError && e.code === 'conflict' && !job.replace) {
      this.change(job, { state: 'clash', sent: 0 })
      if (this.forAll) this.answer(job.upload.id, this.forAll, new Set([job.upload.name]))
      return
    }
    this.change(job, { state: 'failed', failure: e instanceof Error ? e.message : String(e) })
  }

  private change(job: Job, part: Partial<Upload>) {
    job.upload = { ...job.upload, ...part }
    this.tell()
  }

  private tell() {
    this.shown = this.jobs.map((j) => j.upload)
    for (const f of this.listeners) f()
  }
}

const all = new Map<string, Uploads>()

/** The uploads into a note, the same for every panel. */
export function uploadsInto(note: string): Uploads {
  let one = all.get(note)
  if (!one) {
    one = new Uploads(note)
    all.set(note, one)
  }
  return one
}

export const useUploads = (uploads: Uploads) => useSyncExternalStore(uploads.subscribe, uploads.get)
