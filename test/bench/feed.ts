import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Files for jobs, which see none of ours: every connection gets all bytes of a new `content`. Returns
 * the command that reads them to its standard input; it needs nothing but bash.
 */
export async function feed(
  stack: AsyncDisposableStack,
  content: () => Readable,
): Promise<(command: string) => string> {
  const server = createServer((socket) => {
    // Who hangs up misses something, and its job fails.
    pipeline(content(), socket).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return (command) => `${command} < /dev/tcp/127.0.0.1/${address.port}`
}
