// A client id belongs to one living tab: the tab holds a Web Lock of that name, and
// whoever gets the lock later knows that the tab is gone.
export interface Locks {
  /** Holds the lock until `signal` aborts; resolves when it is held. */
  hold(name: string, signal: AbortSignal): Promise<void>
  /** Waits for the lock and does the work with it. */
  withLock(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>
}

/** The name of the lock for a client id; the part behind the dot counts restarts. */
export function lockName(clientID: string): string {
  return `quire-edits-${clientID.split('.')[0]}`
}

/**
 * Browsers offer Web Locks on HTTPS and localhost only. Without them kept edits are
 * adopted at once: sending the same changes of the same client twice is harmless, as
 * the server takes a version only once and the other tab sees its own changes come.
 */
export const browserLocks: Locks = {
  hold: (name, signal) =>
    new Promise((resolve) => {
      if (!navigator.locks) return resolve()
      const ended = new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }))
      navigator.locks
        .request(name, () => {
          resolve()
          return ended
        })
        .catch(() => resolve())
    }),
  withLock: async (name, signal, work) => {
    if (!navigator.locks) return work()
    await navigator.locks.request(name, { signal }, work).catch((e: unknown) => {
      if (!signal.aborted) throw e
    })
  },
}
