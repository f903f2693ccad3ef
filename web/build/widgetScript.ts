// What shows Jupyter widgets is built by itself, into one script without imports: the
// page fetches it when a widget is shown and hands its text to the sandboxed frame,
// which can fetch nothing. The page learns its address from `virtual:widget-script`.
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { build, type Plugin, type Rollup } from 'vite'

const module = 'virtual:widget-script'

export function widgetScript(folder: string): Plugin {
  let built: Promise<string> | undefined
  const script = () => {
    built ??= buildScript(folder)
    return built
  }
  const address = async () =>
    `/assets/widgets-${createHash('sha256')
      .update(await script())
      .digest('hex')
      .slice(0, 16)}.js`
  let isTest = false
  return {
    name: 'quire-widget-script',
    configResolved(config) {
      isTest = config.mode === 'test'
    },
    resolveId: (id) => (id === module ? `\0${module}` : null),
    load: async (id) =>
      id === `\0${module}`
        ? `export const widgetScriptURL = ${JSON.stringify(isTest ? '/assets/widgets.js' : await address())}`
        : null,
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: (await address()).slice(1), source: await script() })
    },
    configureServer(server) {
      server.middlewares.use('/assets/widgets-', (_req, res) => {
        res.setHeader('Content-Type', 'text/javascript; charset=utf-8')
        void script().then((text) => res.end(text))
      })
    },
  }
}

async function buildScript(folder: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { alias: { 'sanitize-html': resolve(folder, 'sanitize.ts') } },
    build: {
      write: false,
      target: 'es2023',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // these know light-dark() by themselves
      minify: true,
      lib: { entry: resolve(folder, 'start.ts'), name: 'QuireWidgets', formats: ['iife'] },
    },
  })
  const [output] = [made].flat() as Rollup.RollupOutput[]
  const chunk = output?.output.find((o) => o.type === 'chunk')
  if (!chunk) throw new Error('The script for widgets was not built.')
  return chunk.code
}
