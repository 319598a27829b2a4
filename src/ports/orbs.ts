/**
 * Where orbs come from. A reference is what stands behind an alias under `orbs:`, after templates:
 * `namespace/orb@version` or an `https://` URL.
 */
export interface Orbs {
  /**
   * The orb that a reference stands for. `vendored` answers from the commit's own tree
   * (`.circleci/orbs/<ns>/<orb>@<version>.yml`) and is asked first. May be called again with the same
   * reference; answers for an exact version never change, others may. Never rejects for what the orb or
   * the network is like: that is a `missing` with a message for the author of the config. Rejects as
   * `vendored` does, and when what is kept of orbs cannot be read.
   */
  fetch(reference: string, vendored: Vendored): Promise<OrbAnswer>
}

/** Text of a file of the commit that is compiled, by its path in the repository; null: no such file. */
export type Vendored = (path: string) => Promise<string | null>

export type OrbAnswer =
  /** `version`: exact, for the lock; for a URL the URL itself, for a vendored file its version. */
  | { readonly kind: 'source'; readonly version: string; readonly text: string }
  | { readonly kind: 'missing'; readonly message: string; readonly hint: string | null }
  /** Not to be had now and not looked for (`--offline`): jobs are selected and named, not expanded. */
  | { readonly kind: 'opaque' }

/** The orbs that were fetched so far, by reference as written; null: not asked for yet. */
export type OrbShelf = (reference: string) => OrbAnswer | null
