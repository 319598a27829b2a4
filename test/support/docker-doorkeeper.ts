/** Runs beside an engine, in its network, and leads what comes to a port through a socket file to the tests. */
import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream/promises'

const [port, socket = ''] = process.argv.slice(2)

createServer((inside) => {
  const outside = connect(socket)
  // Either end may go away at any time: then the other hears of it.
  pipeline(inside, outside, inside).catch(() => undefined)
}).listen(Number(port), '0.0.0.0')
