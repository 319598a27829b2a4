import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { performance } from 'node:perf_hooks'

export interface Marker {
  readonly text: string
  /** Of `performance.now()`, when it arrived. */
  readonly at: number
}

/**
 * Where jobs call out to, so that a test sees what really ran, when and how often, whatever the jobs'
 * file systems hide. `shell('text')` is the command: nothing but bash is needed for it.
 */
export async function markers() {
  const seen: Marker[] = []
  const listeners = new Set<() => void>()
  const server = createServer((socket) => {
    const at = performance.now()
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      text += part
      while (text.includes('\n')) {
        seen.push({ text: text.slice(0, text.indexOf('\n')), at })
        text = text.slice(text.indexOf('\n') + 1)
      }
      for (const listener of listeners) listener()
    })
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    seen,
    port,
    shell: (text: string) => `exec 3<>/dev/tcp/127.0.0.1/${port}; echo "${text}" >&3; exec 3>&-`,
    /** Resolves with the first marker that holds `text`, also one that is already there. */
    wait: (text: string) =>
      new Promise<Marker>((resolve) => {
        const look = () => {
          const found = seen.find((marker) => marker.text.includes(text))
          if (!found) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
      }),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
