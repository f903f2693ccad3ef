// KaTeX names each font in three formats; every browser that runs this page reads
// WOFF2, so the others are left out of the build.
import type { Plugin } from 'vite'

export function onlyWoff2(): Plugin {
  return {
    name: 'quire-only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('katex.min.css')) return null
      return code.replace(/,url\([^)]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '')
    },
  }
}
