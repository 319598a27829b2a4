import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { workerId } from '../../src/model/ids.ts'
import type { Connection } from '../../src/store/database.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

/** A network between the store and the database, which can break on the store's side only. */
async function fragileNetwork({ host, port = 5432, ...rest }: Connection) {
  const clients = new Set<Socket>()
  const upstreams = new Set<Socket>()
  const server: Server = createServer((client) => {
    const upstream = connect(`${host}/.s.PGSQL.${port}`)
    clients.add(client)
    upstreams.add(upstream)
    client.on('data', (bytes) => upstream.write(bytes)).on('error', () => {})
    upstream.on('data', (bytes) => client.write(bytes)).on('error', () => {})
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const listening = typeof address === 'object' ? address?.port : undefined
  return {
    connection: { ...rest, host: '127.0.0.1', port: listening },
    break: () => clients.forEach((client) => client.destroy()),
    close: () => {
      upstreams.forEach((upstream) => upstream.destroy())
      server.close()
    },
  }
}

test('a store whose network broke takes its identity back from its own dead connection', async () => {
  const network = await fragileNetwork(database.connection)
  const store = await database.open({ connection: network.connection })
  const id = workerId(randomUUID())
  await store.tasks.identity([id], id)
  await store.tasks.register({ id, name: 'worker' })
  let heard = 0
  store.wake.on('inbox', () => heard++)
  network.break()
  await expect.poll(() => heard, { timeout: 20_000 }).toBeGreaterThan(0)
  expect(await store.tasks.renew(id)).toBe(true)
  const other = await database.open({ clock: { ...systemClock, sleep: () => Promise.resolve() } })
  const spare = workerId(randomUUID())
  expect(await other.tasks.identity([id], spare)).toBe(spare)
  await store.close()
  network.close()
})
