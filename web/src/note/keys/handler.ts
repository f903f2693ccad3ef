// One handler for all shortcuts, in the capture phase so that it comes before the
// editor. Letters are commands only while a paragraph itself has the focus.
import { closeCompletion, completionStatus } from '@codemirror/autocomplete'
import { EditorView } from '@codemirror/view'
import { type Context, may } from '../commands/context'
import { closeInspection } from '../text/inspect'
import { matches, type Pressed, parseStroke } from './match'
import { type Command, commands } from './table'

interface Binding {
  command: Command
  strokes: ReturnType<typeof parseStroke>[]
}

const bindings: readonly Binding[] = commands.flatMap((command) =>
  command.keys.map((keys) => ({ command, strokes: keys.split(' ').map(parseStroke) })),
)

const sequenceWithin = 1000

/** What has the focus, as far as shortcuts care. */
export type Place = 'command' | 'edit' | 'note' | 'elsewhere'

/** Finds the command for key presses, two of which may belong together. */
export class KeyMatcher {
  private pending: { bindings: readonly Binding[]; at: number } | null = null

  constructor(private readonly mac?: boolean) {}

  /** The command a press completes; 'more' when it begins a sequence. */
  press(e: Pressed, place: Place, now: number): Command | 'more' | null {
    const open = bindings.filter((b) => applies(b.command, place))
    const started = this.pending && now - this.pending.at < sequenceWithin ? this.pending.bindings : []
    this.pending = null
    const second = started.find((b) => b.strokes[1] && open.includes(b) && matches(b.strokes[1], e, this.mac))
    if (second) return second.command
    const first = open.filter((b) => b.strokes[0] && matches(b.strokes[0], e, this.mac))
    const single = first.find((b) => b.strokes.length === 1)
    if (single) return single.command
    if (first.length === 0) return null
    this.pending = { bindings: first, at: now }
    return 'more'
  }
}

function applies(command: Command, place: Place): boolean {
  if (place === 'elsewhere') return false
  const hasModifier = command.keys.every((k) => /Mod|Ctrl|Alt/.test(k))
  if (command.when === 'always') return place !== 'note' || hasModifier
  return command.when === place
}

/** Where the focus is. */
export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement)) return 'note'
  if (target.closest('.cm-content')) return 'edit'
  if (target.dataset.pid) return 'command'
  if (
    target.closest('[role=dialog], [role=menu]') ||
    target.matches('input, textarea, select, [contenteditable]')
  )
    return 'elsewhere'
  return 'note'
}

/** Listens for shortcuts of an open note; returns what ends that. */
export function listenForKeys(c: Context): () => void {
  const matcher = new KeyMatcher()
  const onKey = (e: KeyboardEvent) => {
    if (e.isComposing || e.defaultPrevented) return
    if (e.key === 'Escape' && closesBox(e.target)) return
    const found = matcher.press(e, placeOf(e.target), e.timeStamp)
    if (!found) return
    e.preventDefault()
    e.stopPropagation()
    if (found === 'more' || (e.repeat && found.needs)) return
    if (!found.needs || may(c, found.needs)) found.run(c)
  }
  document.addEventListener('keydown', onKey, { capture: true })
  return () => document.removeEventListener('keydown', onKey, { capture: true })
}

/** Esc first closes what stands beside the caret, then leaves the editor. */
function closesBox(target: EventTarget | null): boolean {
  const view = target instanceof HTMLElement ? EditorView.findFromDOM(target) : null
  if (!view) return false
  return (completionStatus(view.state) !== null && closeCompletion(view)) || closeInspection(view)
}
