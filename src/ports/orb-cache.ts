/**
 * Keeps orbs that were fetched. A `source` is who gave them (the address of a registry, `url`), so that two
 * registries never answer for each other; a `reference` is what it was asked for.
 */
export interface OrbCache {
  /** What is kept for a reference; null: nothing. */
  find(source: string, reference: string): Promise<KeptOrb | null>
  /**
   * Keeps the text of an exact version (`namespace/orb@1.2.3`) for ever. Resolves to the text that is kept
   * from now on: the first one, whatever is given later.
   */
  keepExact(source: string, reference: string, orb: PublishedOrb): Promise<string>
  /** Keeps what a reference stands for now, in the place of what it stood for before. */
  keepMoving(source: string, reference: string, orb: PublishedOrb): Promise<void>
}

export interface PublishedOrb {
  readonly version: string
  readonly text: string
}

export interface KeptOrb extends PublishedOrb {
  /** Milliseconds since it was kept. */
  readonly ageMs: number
}
