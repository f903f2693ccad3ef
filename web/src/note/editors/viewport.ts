// Which paragraphs are near the viewport: editors are mounted and outputs asked for
// only there.
export class Viewport {
  private readonly near = new Set<string>()
  private readonly listeners = new Map<string, () => void>()
  private readonly observer: IntersectionObserver
  private timer: ReturnType<typeof setTimeout> | undefined

  /** `onNear` gets the paragraphs near the viewport a moment after they change. */
  constructor(
    private readonly onNear: (paragraphs: string[]) => void,
    margin = 800,
  ) {
    this.observer = new IntersectionObserver((entries) => this.seen(entries), {
      rootMargin: `${margin}px 0px`,
    })
  }

  isNear = (paragraph: string) => this.near.has(paragraph)

  /** Watches a paragraph's element; `f` is called when it comes near or leaves. */
  watch(paragraph: string, element: HTMLElement, f: () => void): () => void {
    this.listeners.set(paragraph, f)
    this.observer.observe(element)
    return () => {
      this.observer.unobserve(element)
      this.listeners.delete(paragraph)
      if (this.near.delete(paragraph)) this.tell()
    }
  }

  close() {
    clearTimeout(this.timer)
    this.observer.disconnect()
  }

  private seen(entries: readonly IntersectionObserverEntry[]) {
    for (const e of entries) {
      const paragraph = (e.target as HTMLElement).dataset.pid
      if (!paragraph || this.near.has(paragraph) === e.isIntersecting) continue
      if (e.isIntersecting) this.near.add(paragraph)
      else this.near.delete(paragraph)
      this.listeners.get(paragraph)?.()
    }
    this.tell()
  }

  private tell() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.onNear([...this.near].slice(0, mostWatched)), 50)
  }
}

// The server watches no more for one socket.
const mostWatched = 500
