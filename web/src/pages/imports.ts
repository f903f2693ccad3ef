// Which files can be imported.

/** Zeppelin's notes, Jupyter's notebooks, Zeppelin's older note.json, and archives exported here. */
export const importable: readonly string[] = ['.zpln', '.ipynb', '.json', '.zip']

/** Why a file cannot be imported; undefined when it may be tried. */
export function whyNot(fileName: string): string | undefined {
  if (importable.some((end) => fileName.toLowerCase().endsWith(end))) return undefined
  return `Not a note's file: ${importable.join(', ')} can be imported.`
}
