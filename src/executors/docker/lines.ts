import { EnvironmentLost } from '../../ports/executor.ts'

const longestLine = 1024 * 1024

/** The lines of a text that comes in pieces; empty ones are left out. */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end).toString().trim()
      rest = rest.subarray(end + 1)
      if (line !== '') yield line
    }
    if (rest.length > longestLine) {
      throw new EnvironmentLost('the Docker engine sent a line without end')
    }
  }
  const last = rest.toString().trim()
  if (last !== '') yield last
}
