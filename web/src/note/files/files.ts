// A note's files: what the server is asked, and names and sizes as people read them.
import { address, api } from '../../api/client'
import type { components } from '../../wire/schema.gen'

export type FileEntry = components['schemas']['FileEntry']
export type FileList = Omit<components['schemas']['FileList'], 'entries'> & { entries: FileEntry[] }

export const filesOf = (note: string) => `/notes/${note}/files`

export const loadFiles = (note: string, path: string, signal?: AbortSignal) =>
  api.get<FileList>(filesOf(note), { query: { path }, signal })

export const makeFolder = (note: string, path: string) => api.post(`${filesOf(note)}/folder`, { path })

export const renameFile = (note: string, from: string, to: string) =>
  api.post(`${filesOf(note)}/rename`, { from, to })

export const deleteFile = (note: string, path: string) => api.delete(filesOf(note), { query: { path } })

export const contentAddress = (note: string, path: string) =>
  address(`${filesOf(note)}/content`, { path, download: 1 })

export const inFolder = (folder: string, name: string) => (folder ? `${folder}/${name}` : name)

/** The folders on the way to a path, the note's own first. */
export function crumbs(path: string): { name: string; path: string }[] {
  const names = path ? path.split('/') : []
  return [
    { name: 'This note', path: '' },
    ...names.map((name, i) => ({ name, path: names.slice(0, i + 1).join('/') })),
  ]
}

const units = ['B', 'KB', 'MB', 'GB', 'TB']

/** A number of bytes with two or three digits that count. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${units[unit]}`
}

/** A name that is free beside those taken: "a (2).csv". */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.')
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  for (let n = 2; ; n++) {
    const next = `${stem} (${n})${end}`
    if (!taken.has(next)) return next
  }
}

/** Why the server would not take a name for something new. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '' || name === '.' || name === '..') return 'Give it a name.'
  if (/[/\\]/.test(name)) return 'A name has no slashes and no backslashes.'
  if (/\p{Cc}/u.test(name)) return 'A name has no control characters.'
  if (new TextEncoder().encode(name).length > 255) return 'The name is too long.'
  return undefined
}
