/** Where the GitHub that we belong to lives: github.com, or a GitHub Enterprise Server. */
export interface Addresses {
  /** Pages and clones, without a slash at the end. */
  readonly web: string
}

/** `gheHost` may carry a port; null means github.com. */
export const addressesOf = (gheHost: string | null, gheProtocol: string): Addresses => ({
  web: gheHost === null ? 'https://github.com' : `${gheProtocol}://${gheHost}`,
})

/** https URL without credentials. Made here, so that no payload can send a clone elsewhere. */
export const cloneUrlOf = (
  { web }: Addresses,
  repository: { readonly owner: string; readonly name: string },
): string => `${web}/${repository.owner}/${repository.name}.git`
