// Which paragraph's title is being edited.
const listeners = new Set<() => void>()

export const titleRequests = {
  paragraph: '',
  subscribe: (f: () => void) => {
    listeners.add(f)
    return () => {
      listeners.delete(f)
    }
  },
  /** Opens the title of a paragraph for editing; '' closes it. */
  ask(paragraph: string) {
    titleRequests.paragraph = paragraph
    for (const f of [...listeners]) f()
  },
}
