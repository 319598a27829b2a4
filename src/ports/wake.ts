/**
 * Hints that something may be there to do. A hint may be lost, doubled or late, so every loop that
 * listens also polls (each second); hints only make the common case fast. Topics carry no data.
 */
export type Topic = 'inbox' | 'outbox' | 'tasks' | 'cancels' | 'checks'

export interface Wake {
  /** Calls `listener` soon after somebody, in any process, reported the topic. Returns the way to stop. */
  on(topic: Topic, listener: () => void): () => void
}
