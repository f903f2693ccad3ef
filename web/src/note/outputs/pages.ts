// The pages of something long, of which only those in view are read: a few are kept,
// those scrolled past are given up.
import { ApiError } from '../../api/client'

/** Kept besides those in view. */
const most = 20
/** Ms that a page is in view before it is asked for: a thumb that is dragged passes many. */
const settling = 80

export class Pages<T> {
  /** Rises with every change. */
  version = 0
  /** What was read belongs to content that is not there any more: nothing more is asked for. */
  isStale = false
  private readonly kept = new Map<number, T>() // the one needed last at the end
  private readonly failures = new Map<number, string>()
  private readonly coming = new Map<number, AbortController>()
  private readonly listeners = new Set<() => void>()
  private wanted: readonly number[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `known` gives pages that need not be asked for. */
  constructor(
    private readonly read: (page: number, signal: AbortSignal) => Promise<T>,
    private readonly known: (page: number) => T | undefined = () => undefined,
  ) {}

  subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  get(page: number): T | undefined {
    return this.kept.get(page)
  }

  /** Why a page could not be read. */
  failure(page: number): string | undefined {
    return this.failures.get(page)
  }

  /** Says which pages are in view. Others that are on their way are given up. */
  want(pages: readonly number[]) {
    if (pages.length === this.wanted.length && pages.every((p, i) => p === this.wanted[i])) return
    for (const page of this.failures.keys()) if (!pages.includes(page)) this.failures.delete(page)
    for (const [page, reading] of this.coming) if (!pages.includes(page)) this.giveUp(page, reading)
    this.wanted = pages
    this.take()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.begin(), settling)
  }

  /** Asks again for what could not be read. */
  retry = () => {
    this.failures.clear()
    this.changed()
    this.begin()
  }

  /** Drops a page and those behind it, which are not what they were. */
  forget(from: number) {
    for (const page of this.kept.keys()) if (page >= from) this.kept.delete(page)
    for (const [page, reading] of this.coming) if (page >= from) this.giveUp(page, reading)
    this.take()
    this.begin()
  }

  /** Gives up what is on its way; what is wanted next is read again. */
  close() {
    this.want([])
    clearTimeout(this.timer)
  }

  /** Keeps those wanted ones that are known. */
  private take() {
    for (const page of this.wanted) {
      const content = this.kept.get(page) ?? this.known(page)
      if (content !== undefined) this.keep(page, content)
    }
    this.changed()
  }

  private begin() {
    if (this.isStale) return
    for (const page of this.wanted)
      if (!this.kept.has(page) && !this.failures.has(page) && !this.coming.has(page)) void this.ask(page)
  }

  private async ask(page: number) {
    const reading = new AbortController()
    this.coming.set(page, reading)
    try {
      const content = await this.read(page, reading.signal)
      if (!reading.signal.aborted) this.keep(page, content)
    } catch (failure) {
      if (!reading.signal.aborted) this.failed(page, failure)
    }
    if (this.coming.get(page) === reading) this.coming.delete(page)
    this.changed()
  }

  private failed(page: number, failure: unknown) {
    if (failure instanceof ApiError && failure.code === 'stale') this.isStale = true
    else this.failures.set(page, failure instanceof ApiError ? failure.message : 'The connection broke.')
  }

  private keep(page: number, content: T) {
    this.kept.delete(page)
    this.kept.set(page, content)
    for (const old of this.kept.keys()) {
      if (this.kept.size <= most) return
      if (!this.wanted.includes(old)) this.kept.delete(old)
    }
  }

  private giveUp(page: number, reading: AbortController) {
    this.coming.delete(page)
    reading.abort()
  }

  private changed() {
    this.version++
    for (const listener of this.listeners) listener()
  }
}
