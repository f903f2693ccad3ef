// Keys as they are written ("Mod+Shift+Enter", "D D") and as they are pressed.
export interface Stroke {
  key: string
  mod: boolean
  ctrl: boolean
  alt: boolean
  shift: boolean
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** Reads one stroke; Mod is Cmd on a Mac and Ctrl elsewhere. */
export function parseStroke(written: string): Stroke {
  const parts = written.split('+')
  const key = parts.pop() ?? ''
  const has = (name: string) => parts.includes(name)
  return {
    key: key === 'Space' ? ' ' : key.length === 1 ? key.toLowerCase() : key,
    mod: has('Mod'),
    ctrl: has('Ctrl'),
    alt: has('Alt'),
    shift: has('Shift'),
  }
}

export type Pressed = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'getModifierState'
>

/** Whether a key press is a stroke. AltGr types characters and is never one. */
export function matches(stroke: Stroke, e: Pressed, mac = isMac): boolean {
  if (e.getModifierState('AltGraph')) return false
  const ctrl = stroke.ctrl || (stroke.mod && !mac)
  const meta = stroke.mod && mac
  if (e.ctrlKey !== ctrl || e.metaKey !== meta || e.altKey !== stroke.alt) return false
  if (isSymbol(stroke.key)) return e.key === stroke.key
  return e.shiftKey === stroke.shift && keyOf(e) === stroke.key
}

const isSymbol = (key: string) => key.length === 1 && !/[a-z0-9 ]/.test(key)

/**
 * The key by its label; by its place when a modifier changes what it types (Option on
 * a Mac) or the layout has no Latin letters.
 */
function keyOf(e: Pressed): string {
  const place = /^(?:Key|Digit)(.)$/.exec(e.code)?.[1]?.toLowerCase()
  if (e.key.length !== 1) return e.key
  const isLatin = e.key.charCodeAt(0) < 128
  return place && (e.altKey || e.ctrlKey || !isLatin) ? place : e.key.toLowerCase()
}

const macNames: Record<string, string> = {
  Mod: '⌘',
  Ctrl: '⌃',
  Alt: '⌥',
  Shift: '⇧',
  Enter: '↩',
  Escape: 'Esc',
}
const names: Record<string, string> = {
  Mod: 'Ctrl',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

/** A shortcut as it is shown on this computer. */
export function shown(written: string, mac = isMac): string {
  return written
    .split(' ')
    .map((stroke) => {
      const parts = stroke.split('+').map((p) => (mac && macNames[p]) || names[p] || p)
      return parts.join(mac ? '' : '+')
    })
    .join(' ')
}
