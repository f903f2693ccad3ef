import styles from './Avatar.module.css'

// White text on each has a contrast of at least 4.98.
const colours = [
  '#c2255c',
  '#9c36b5',
  '#7048e8',
  '#4263eb',
  '#1971c2',
  '#0b7285',
  '#087f5b',
  '#237032',
  '#4f7409',
  '#a85400',
  '#c24010',
  '#c92a2a',
] as const

/** A person's colour, the same everywhere. */
export function colourOf(id: number): string {
  return colours[Math.abs(id * 7) % colours.length] ?? colours[0]
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean)
  const first = [...(words[0] ?? '?')]
  const last = words.length > 1 ? [...(words.at(-1) ?? '')] : []
  return (last.length ? `${first[0]}${last[0]}` : first.slice(0, 2).join('')).toUpperCase()
}

export function Avatar({ id, name, size = 24 }: { id: number; name: string; size?: number }) {
  return (
    <span
      className={styles.avatar}
      style={{ width: size, height: size, background: colourOf(id), fontSize: size * 0.42 }}
      role="img"
      aria-label={name}
      data-tip={name}
    >
      {initials(name)}
    </span>
  )
}
