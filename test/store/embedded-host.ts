/**
 * A process of its own that holds an embedded database, as `sluice serve` does: `node embedded-host.ts
 * OPTIONS [write]`. Answers with JSON lines on standard output; ends the database on SIGTERM. With
 * `write` it commits row after row and prints the number of each one that was acknowledged.
 */
import { Client } from 'pg'
import { startEmbedded } from '../../src/store/embedded/embedded.ts'

const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`)
const level = (name: string) => (facts: object, message: string) => {
  say({ kind: 'log', level: name, message, ...facts })
}
const log = {
  debug: level('debug'),
  info: level('info'),
  warn: level('warn'),
  error: level('error'),
}
const [options = '{}', mode] = process.argv.slice(2)

try {
  const embedded = await startEmbedded({ ...(JSON.parse(options) as { dataDir: string }), log })
  process.once('SIGTERM', () => {
    void embedded.stop().then(() => process.exit(0))
  })
  say({ kind: 'ready', ...embedded })
  if (mode === 'write') await write(new Client({ ...embedded.connection }))
} catch (error) {
  say({ kind: 'failed', name: (error as Error).name, message: (error as Error).message })
  process.exitCode = 3
}

async function write(client: Client): Promise<void> {
  await client.connect()
  await client.query('create table if not exists row (n serial primary key)')
  for (;;) {
    const { rows } = await client.query<{ n: number }>('insert into row default values returning n')
    say({ kind: 'row', n: rows[0]?.n })
  }
}
