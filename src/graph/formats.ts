/** Apart from what draws them: the command line lists them without loading that. */
export const graphFormats = ['svg', 'mermaid', 'dot', 'json'] as const
export type GraphFormat = (typeof graphFormats)[number]
