// Which paragraph is the current one and whether its text is being edited; follows
// the document's focus, and stays where it was when the focus goes elsewhere.
export type Mode = 'command' | 'edit'

export class Focus {
  /** The current paragraph; '' before any was. */
  paragraph = ''
  mode: Mode = 'command'
  /** The rendered paragraph whose text is open. */
  opened = ''
  private readonly listeners = new Set<() => void>()

  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => {
      this.listeners.delete(f)
    }
  }

  set(paragraph: string, mode: Mode) {
    if (paragraph === this.paragraph && mode === this.mode) return
    this.paragraph = paragraph
    this.mode = mode
    this.tell()
  }

  /** Shows a rendered paragraph's text, or renders it again with ''. */
  open(paragraph: string) {
    if (paragraph === this.opened) return
    this.opened = paragraph
    this.tell()
  }

  private tell() {
    for (const f of [...this.listeners]) f()
  }
}

/** The element of a paragraph on the page. */
export function elementOf(paragraph: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-pid="${CSS.escape(paragraph)}"]`)
}

/** The paragraph an element stands in. */
export function paragraphAt(target: EventTarget | null): string {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-pid]') : null
  return element?.dataset.pid ?? ''
}
