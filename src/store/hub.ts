import type { Topic, Wake } from '../ports/wake.ts'

export const topics: readonly Topic[] = ['inbox', 'outbox', 'tasks', 'cancels', 'checks']

/** Where hints of this process and of the database meet those who wait for them. */
export interface Hub extends Wake {
  tell(told: Iterable<Topic>): void
}

export function openHub(): Hub {
  const listeners = new Map<Topic, Set<() => void>>(topics.map((topic) => [topic, new Set()]))
  return {
    on(topic, listener) {
      // A function of its own, so that the same listener may be added twice and removed once.
      const entry = () => listener()
      listeners.get(topic)?.add(entry)
      return () => listeners.get(topic)?.delete(entry)
    },
    tell(told) {
      for (const topic of told) {
        for (const listener of listeners.get(topic) ?? []) queueMicrotask(listener)
      }
    },
  }
}
