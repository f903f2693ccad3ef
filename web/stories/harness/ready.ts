// Before the first story: what they need must be there, and old pictures go.
import { existsSync, rmSync } from 'node:fs'
import { binary, chromiumPath, results } from './places.ts'

export default function ready() {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: make build`)
  if (!existsSync(chromiumPath))
    throw new Error(`${chromiumPath} is missing: install chromium or set CHROMIUM`)
  rmSync(results, { recursive: true, force: true })
}
