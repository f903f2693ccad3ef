// The sandboxed output page is one file, served below a name that is its hash so
// that it can be cached for ever. The page learns the address from
// `virtual:frame-page`; in development the same file is served with the policy the
// Go server would send.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const module = 'virtual:frame-page'

export const framePolicy =
  "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; " +
  "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; connect-src 'none'; form-action 'none'; " +
  "frame-ancestors 'self'"

export function framePage(file: string): Plugin {
  const read = () => readFileSync(file)
  const address = () => `/_frame/${createHash('sha256').update(read()).digest('hex').slice(0, 16)}.html`
  return {
    name: 'quire-frame-page',
    resolveId: (id) => (id === module ? `\0${module}` : null),
    load: (id) => (id === `\0${module}` ? `export const frameURL = ${JSON.stringify(address())}` : null),
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: address().slice(1), source: read() })
    },
    configureServer(server) {
      server.middlewares.use('/_frame', (_req, res) => {
        res.setHeader('Content-Type', 'text/html; charset=utf-8')
        res.setHeader('Content-Security-Policy', framePolicy)
        res.end(read())
      })
    },
  }
}
