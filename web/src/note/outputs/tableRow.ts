/** A row of a table: its cells, null for NULL; or that it is still read, or could not be. */
export type TableRow =
  | { kind: 'cells'; cells: readonly (string | null)[] }
  | { kind: 'coming' }
  | { kind: 'failed'; why: string }
