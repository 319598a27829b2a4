/** An orb is never larger: CircleCI's own limit for a compiled config. In bytes. */
export const largest = 8 * 1024 * 1024

/**
 * The body of an answer as text, read no further than `limit` bytes; null: it is larger. What is not
 * UTF-8 becomes replacement characters. Rejects when the connection breaks.
 */
export async function textOf(response: Response, limit: number): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop gives the connection up: nothing more of the body is read.
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > limit) return null
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
