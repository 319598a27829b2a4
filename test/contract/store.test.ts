import { embeddedServer, type Server } from '../support/database.ts'
import { startPostgres, systemPostgres } from '../support/postgres.ts'
import { storeContract } from './store.ts'

const system = systemPostgres()
if (system) storeContract("the system's PostgreSQL", () => startPostgres(system))
else skipped("the system's PostgreSQL", 'there is no initdb below /usr/lib/postgresql or in PATH')

storeContract('the embedded PostgreSQL', embeddedServer)

const url = process.env['DATABASE_URL']
if (url) storeContract('the PostgreSQL of DATABASE_URL', async () => theirs(url))
else skipped('the PostgreSQL of DATABASE_URL', 'DATABASE_URL is not set')

const theirs = (connectionString: string): Server => ({
  connection: { connectionString },
  restart: null,
  stop: async () => {},
})

function skipped(name: string, reason: string): void {
  console.info(`not run on ${name}: ${reason}`)
}
