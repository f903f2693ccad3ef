// A few at once: the others wait in line, and leave it when they are given up.
export class Lane {
  private running = 0
  private readonly waiting: (() => void)[] = []

  constructor(private readonly most: number) {}

  /** Does work when its turn comes; throws the signal's reason when that ends first. */
  async during<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.turn(signal)
    try {
      signal?.throwIfAborted()
      return await work()
    } finally {
      this.running--
      this.waiting.shift()?.()
    }
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.running < this.most) {
      this.running++
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(begin), 1)
        reject(signal?.reason)
      }
      const begin = () => {
        signal?.removeEventListener('abort', leave)
        this.running++
        resolve()
      }
      this.waiting.push(begin)
      if (signal?.aborted) leave()
      else signal?.addEventListener('abort', leave, { once: true })
    })
  }
}
