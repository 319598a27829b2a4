/** A user's text for a message: in quotes, control characters escaped, cut to a readable length. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text)
