// Which language a paragraph is in, from its first line, and how it is highlighted.
// Python is at hand; the others are fetched when one is first seen.

import { pythonLanguage } from '@codemirror/lang-python'
import { StreamLanguage } from '@codemirror/language'
import type { Extension, Text } from '@codemirror/state'
import type { Interpreter } from '../../api/types'

/** What the first line of a paragraph says. */
export interface Prefix {
  /** The name after the percent sign. */
  name: string
  /** What stands in parentheses behind it, with them. */
  properties: string
  /** Length of `%name` with what stands before and after it on the line, in characters. */
  length: number
}

const prefixForm = /^\s*%(?!%)([A-Za-z][\w.-]*)(\([^)]*\))?[ \t]*/

/** The `%name` a text begins with, if it does. */
export function prefixOf(text: Text): Prefix | null {
  const found = prefixForm.exec(text.line(1).text)
  return found?.[1] ? { name: found[1], properties: found[2] ?? '', length: found[0].length } : null
}

export interface ParagraphLanguage {
  /** The interpreter's name as shown on the paragraph. */
  name: string
  /** What it is highlighted as. */
  language: string
  /** Rendered in the browser instead of run. */
  isMarkdown: boolean
}

const markdownNames = new Set(['md', 'markdown'])

/** Resolves a text's language among the interpreters there are. */
export function languageOf(text: Text, byDefault: string, known: readonly Interpreter[]): ParagraphLanguage {
  const prefix = prefixOf(text)
  const named = prefix?.name
  if (named && markdownNames.has(named)) return { name: named, language: 'markdown', isMarkdown: true }
  const found = named && known.find((i) => i.name === named || i.aliases.includes(named))
  // %sql is the only connection there is, and %sql(name) one of them.
  if (named === 'sql' && known.some((i) => i.kind === 'sql'))
    return { name: named + prefix?.properties, language: 'sql', isMarkdown: false }
  if (found) return { name: found.name, language: found.language, isMarkdown: false }
  if (named && known.length === 0 && guesses[named])
    return { name: named, language: guesses[named], isMarkdown: false }
  const fallback = known.find((i) => i.name === byDefault || i.aliases.includes(byDefault))
  return {
    name: byDefault,
    language: fallback?.language ?? guesses[byDefault] ?? byDefault,
    isMarkdown: false,
  }
}

// Languages of well-known names, for when the list of interpreters has not come yet.
const guesses: Record<string, string> = {
  python: 'python',
  pyspark: 'python',
  sql: 'sql',
  sh: 'shell',
  bash: 'shell',
  r: 'r',
  scala: 'scala',
  spark: 'scala',
  julia: 'julia',
}

const loaders: Record<string, () => Promise<Extension>> = {
  python: async () => pythonLanguage,
  sql: async () => {
    const { sql, PostgreSQL } = await import('@codemirror/lang-sql')
    return sql({ dialect: PostgreSQL })
  },
  markdown: async () => (await import('@codemirror/lang-markdown')).markdown(),
  shell: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/shell')).shell),
  r: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/r')).r),
  scala: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/clike')).scala),
  java: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/clike')).java),
  cpp: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/clike')).cpp),
  julia: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/julia')).julia),
  javascript: async () =>
    StreamLanguage.define((await import('@codemirror/legacy-modes/mode/javascript')).javascript),
  ruby: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/ruby')).ruby),
  go: async () => StreamLanguage.define((await import('@codemirror/legacy-modes/mode/go')).go),
}

const aliases: Record<string, string> = {
  bash: 'shell',
  sh: 'shell',
  'c++': 'cpp',
  markdown: 'markdown',
  md: 'markdown',
}

/** The highlighting for a language; nothing for one that is not known. */
export async function highlightingFor(language: string): Promise<Extension> {
  const name = language.toLowerCase()
  return (await loaders[aliases[name] ?? name]?.()) ?? []
}
