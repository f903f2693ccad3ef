// The keyboard of a tree, after the WAI-ARIA tree view pattern: what a key means when
// the given row is the active one.
import { foldName } from '../share/names'
import type { Row } from './nodes'

export type TreeMove =
  | { kind: 'go'; id: string }
  | { kind: 'open'; id: string }
  | { kind: 'close'; id: string }
  | { kind: 'activate'; id: string }

/** What the key does, or undefined when it means nothing to a tree. */
export function treeMove(rows: Row[], active: string | undefined, key: string): TreeMove | undefined {
  const at = rows.findIndex((r) => r.node.id === active)
  const row = rows[at]
  switch (key) {
    case 'ArrowDown':
      return go(rows[at + 1])
    case 'ArrowUp':
      return go(rows[Math.max(at - 1, 0)])
    case 'Home':
      return go(rows[0])
    case 'End':
      return go(rows.at(-1))
    case 'ArrowRight':
      return row && inward(rows, at, row)
    case 'ArrowLeft':
      return row && outward(rows, at, row)
    case 'Enter':
      return row && { kind: 'activate', id: row.node.id }
  }
  return undefined
}

function go(row: Row | undefined): TreeMove | undefined {
  return row && { kind: 'go', id: row.node.id }
}

function inward(rows: Row[], at: number, row: Row): TreeMove | undefined {
  if (row.open === undefined) return undefined
  return row.open ? go(rows[at + 1]) : { kind: 'open', id: row.node.id }
}

function outward(rows: Row[], at: number, row: Row): TreeMove | undefined {
  if (row.open) return { kind: 'close', id: row.node.id }
  return go(rows.slice(0, at).findLast((r) => r.level < row.level))
}

/**
 * The next row whose name begins with what was typed; one letter looks from the row
 * after the active one, so that typing it again goes on.
 */
export function typeAhead(rows: Row[], active: string | undefined, typed: string): string | undefined {
  const at = Math.max(
    rows.findIndex((r) => r.node.id === active),
    0,
  )
  const from = typed.length === 1 ? at + 1 : at
  const around = [...rows.slice(from), ...rows.slice(0, from)]
  const wanted = foldName(typed)
  return around.find((r) => foldName(r.node.name).startsWith(wanted))?.node.id
}
