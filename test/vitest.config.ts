import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for processes and sockets, so a core need not be left over.
    maxWorkers: '100%',
    coverage: { include: ['src/**'], reporter: ['text'] },
  },
})
