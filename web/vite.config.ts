import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { framePage } from './build/framePage.ts'
import { widgetScript } from './build/widgetScript.ts'
import { onlyWoff2 } from './build/woff2.ts'

// The Go server embeds dist: hashed names below /assets are immutable, the frame
// page keeps its own content hash below /_frame.
export default defineConfig({
  plugins: [react(), framePage('frame/frame.html'), widgetScript('widgets'), onlyWoff2()],
  build: {
    outDir: 'dist',
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: process.env.QUIRE_SERVER ?? 'http://127.0.0.1:8080', ws: true } },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
  },
})
