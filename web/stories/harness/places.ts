// Where things are: the binary, the browser, and where pictures and logs go.
import { accessSync, constants } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

const project = resolve(import.meta.dirname, '../../..')

export const binary = process.env.QUIRE_BINARY ?? join(project, 'bin/quire')

/** Git ignores it. */
export const results = process.env.QUIRE_TEST_RESULTS ?? join(project, 'test-results')

/** The pictures of the guides, where they are to be taken anew: `npm run pictures`. */
export const pictures = process.env.QUIRE_PICTURES ? join(project, 'docs/pictures') : undefined

/** Notes from elsewhere, which are not part of the project. */
export const fixtures = join(project, '../shared/fixtures')

export const chromiumPath = process.env.CHROMIUM ?? onPath('chromium') ?? '/usr/bin/chromium'

function onPath(name: string): string | undefined {
  const all = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, name))
  return all.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
