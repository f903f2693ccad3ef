// What a browser fetches to show its first note, compressed: the static imports of the
// entry, the note page and the sidebar; and besides, once a widget is shown, the script
// for widgets. Run after a build; fails above the budgets.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const budget = 350_000
const widgetBudget = 250_000
const assets = join(import.meta.dirname, '../dist/assets')
const files = readdirSync(assets)
const starts = ['index', 'NotePage', 'Sidebar'].map((name) =>
  files.find((f) => new RegExp(`^${name}-[\\w-]{8}\\.js$`).test(f)),
)

const seen = new Map()

function add(file) {
  if (!file || seen.has(file)) return
  const source = readFileSync(join(assets, file))
  seen.set(file, gzipSync(source, { level: 9 }).length)
  for (const [, name] of source.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) add(name)
}

for (const file of starts) add(file)
const total = [...seen.values()].reduce((a, b) => a + b, 0)
for (const [file, size] of [...seen].sort((a, b) => b[1] - a[1]).slice(0, 12))
  console.log(String(size).padStart(8), file)
console.log(`${total} bytes in ${seen.size} files, ${budget} allowed`)

const script = files.find((f) => /^widgets-[0-9a-f]{16}\.js$/.test(f))
const widgets = script ? gzipSync(readFileSync(join(assets, script)), { level: 9 }).length : 0
console.log(`${widgets} bytes for widgets, ${widgetBudget} allowed`)

const isOver = total > budget || widgets > widgetBudget
if (isOver || starts.includes(undefined) || !script || seen.has(script)) process.exit(1)
