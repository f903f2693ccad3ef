// What an editor of a paragraph is made of, and the parts of it that change while it
// lives. The compartments are shared: each document holds its own content in them.

import type { CompletionSource } from '@codemirror/autocomplete'
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import {
  Compartment,
  EditorState,
  type Extension,
  RangeSetBuilder,
  type StateEffect,
} from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
  placeholder,
  tooltips,
  ViewPlugin,
} from '@codemirror/view'
import { remoteCarets } from './carets'
import { type Inspect, inspection } from './inspect'
import { prefixOf } from './languages'
import { limits } from './limits'
import { look } from './look'

const language = new Compartment()
const access = new Compartment()
const settings = new Compartment()

export interface EditorParts {
  /** The editor's accessible name. */
  label: string
  complete: CompletionSource
  /** What is known about what stands at a place. */
  inspect: Inspect
  /** The editor got or lost the focus. */
  onFocus: (focused: boolean) => void
  /** The caret or selection moved. */
  onSelection: () => void
  /** A composition (IME) ended; what waited for it may be applied. */
  onCompositionEnd: () => void
  /** Something was not let in, and why. */
  onRefused: (why: string) => void
}

/** Everything of an editor but its text and collaboration. */
export function editorParts(parts: EditorParts): Extension {
  return [
    language.of([]),
    access.of(readOnly(true)),
    settings.of([]),
    history({ newGroupDelay: 500 }),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('    '),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    // Cards clip what hangs over their edge, so tooltips stand in the page itself.
    tooltips({ position: 'fixed', parent: document.body }),
    autocompletion({ override: [parts.complete], activateOnTyping: false, icons: false }),
    inspection(parts.inspect),
    keymap.of([...closeBracketsKeymap, ...ownKeys, ...historyKeymap, ...completionKeymap, indentWithTab]),
    EditorView.contentAttributes.of({
      'aria-label': parts.label,
      spellcheck: 'false',
      autocapitalize: 'off',
      tabindex: '-1', // Tab indents in here, so Tab must not lead here
    }),
    EditorView.domEventHandlers({
      focus: () => parts.onFocus(true),
      blur: () => parts.onFocus(false),
      compositionend: () => {
        setTimeout(parts.onCompositionEnd, 50)
      },
    }),
    EditorView.updateListener.of((u) => {
      if (u.selectionSet || u.docChanged) parts.onSelection()
    }),
    limits(parts.onRefused),
    remoteCarets,
    prefixMark,
    look,
  ]
}

// Mod+Enter and its like run paragraphs; Mod+F is the browser's.
const ownKeys = defaultKeymap.filter((k) => !/Enter/.test(k.key ?? '') || k.key === 'Enter')

const readOnly = (on: boolean): Extension => [EditorState.readOnly.of(on), EditorView.editable.of(!on)]

/** Lets the text be typed in, or not. */
export function setAccess(isEditable: boolean): StateEffect<unknown> {
  return access.reconfigure(readOnly(!isEditable))
}

export function setLanguage(highlighting: Extension): StateEffect<unknown> {
  return language.reconfigure(highlighting)
}

export interface EditorSettings {
  lineNumbers: boolean
  wrap: boolean
  /** Shown while the text is empty. */
  hint: string
}

export function setSettings(s: EditorSettings): StateEffect<unknown> {
  return settings.reconfigure([
    s.lineNumbers ? lineNumbers() : [],
    s.wrap ? EditorView.lineWrapping : [],
    s.hint ? placeholder(s.hint) : [],
  ])
}

const prefixStyle = Decoration.mark({ class: 'cm-prefix' })

const prefixMark = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = markPrefix(view.state)
    }

    update(u: { docChanged: boolean; state: EditorState }) {
      if (u.docChanged) this.decorations = markPrefix(u.state)
    }
  },
  { decorations: (p) => p.decorations },
)

function markPrefix(state: EditorState): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  const prefix = prefixOf(state.doc)
  if (prefix) builder.add(0, Math.min(prefix.length, state.doc.line(1).to), prefixStyle)
  return builder.finish()
}
