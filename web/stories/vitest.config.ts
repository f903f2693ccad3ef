import { defineConfig } from 'vitest/config'

// Stories drive the built binary in a real browser; they do not go through Vite.
export default defineConfig({
  test: {
    include: ['stories/*.story.ts'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 50 } },
    globalSetup: ['stories/harness/ready.ts'],
  },
})
