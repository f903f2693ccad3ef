// ANSI escape sequences (ECMA-48) as far as programs print them: colours and weights
// become styles, cursor movement is left to the text buffer, the rest is dropped.

/** How a stretch of text looks. Absent is the default. */
export interface Style {
  /** 0–15 by name, or a colour of the 256-colour cube or 24 bits as `rgb(…)`. */
  fg?: number | string
  bg?: number | string
  bold?: boolean
  dim?: boolean
  italic?: boolean
  underline?: boolean
  inverse?: boolean
  strike?: boolean
}

export const plain: Style = Object.freeze({})

/** Applies the parameters of an SGR sequence (`ESC [ … m`). */
export function applySGR(style: Style, parameters: readonly number[]): Style {
  let next: Style = { ...style }
  const codes = parameters.length === 0 ? [0] : [...parameters]
  while (codes.length > 0) {
    const code = codes.shift() as number
    if (code === 0) next = {}
    else if (code === 38) next.fg = extended(codes) ?? next.fg
    else if (code === 48) next.bg = extended(codes) ?? next.bg
    else next = simple(next, code)
  }
  return Object.keys(next).length === 0 ? plain : next
}

const switches: Record<number, Partial<Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { bold: undefined },
  22: { bold: undefined, dim: undefined },
  23: { italic: undefined },
  24: { underline: undefined },
  27: { inverse: undefined },
  29: { strike: undefined },
  39: { fg: undefined },
  49: { bg: undefined },
}

function simple(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 }
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 }
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 }
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 }
  const entries = Object.entries({ ...style, ...switches[code] })
  return Object.fromEntries(entries.filter(([, v]) => v !== undefined))
}

/** The colour behind 38 or 48: `5;n` or `2;r;g;b`. */
function extended(codes: number[]): number | string | undefined {
  const form = codes.shift()
  if (form === 2) return rgb(codes.splice(0, 3))
  if (form !== 5) return undefined
  const n = codes.shift() ?? 0
  if (n < 16) return n
  if (n >= 232) return rgb([8, 8, 8].map((c) => c + (n - 232) * 10))
  const cube = n - 16
  return rgb(
    [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((c) => (c === 0 ? 0 : 55 + c * 40)),
  )
}

function rgb(parts: number[]): string {
  const [r = 0, g = 0, b = 0] = parts.map((c) => Math.min(255, Math.max(0, c)))
  return `rgb(${r} ${g} ${b})`
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

// Programs choose colours for a terminal of unknown background: here they are made dark
// or light enough to be read.
function colour(c: number | string): string {
  if (typeof c === 'string')
    return `light-dark(oklch(from ${c} min(l, 0.46) c h), oklch(from ${c} max(l, 0.75) c h))`
  return `var(--ansi-${c < 8 ? '' : 'bright-'}${names[c % 8]})`
}

/** A background that leaves any text on it readable. */
function tint(c: number | string): string {
  return `color-mix(in srgb, ${colour(c)} 20%, transparent)`
}

/** The style as CSS, for a span. */
export function css(
  s: Style,
): Partial<
  Record<'color' | 'background' | 'fontWeight' | 'fontStyle' | 'opacity' | 'textDecoration', string>
> {
  const fg = s.inverse ? 'var(--surface)' : s.fg === undefined ? undefined : colour(s.fg)
  const bg = s.inverse
    ? s.fg === undefined
      ? 'var(--text)'
      : colour(s.fg)
    : s.bg === undefined
      ? undefined
      : tint(s.bg)
  const lines = [s.underline && 'underline', s.strike && 'line-through'].filter(Boolean).join(' ')
  return {
    ...(fg !== undefined && { color: fg }),
    ...(bg !== undefined && { background: bg }),
    ...(s.bold && { fontWeight: '600' }),
    ...(s.italic && { fontStyle: 'italic' }),
    ...(s.dim && { opacity: '0.7' }),
    ...(lines && { textDecoration: lines }),
  }
}
