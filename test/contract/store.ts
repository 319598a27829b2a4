import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { databaseOn, type Open, type Server, type TestDatabase } from '../support/database.ts'
import { artifactsContract } from './store-artifacts.ts'
import { buildNumbersContract } from './store-build-numbers.ts'
import { cachesContract } from './store-caches.ts'
import { cancelOlderContract } from './store-cancel-older.ts'
import { checksContract } from './store-checks.ts'
import { continuationsContract } from './store-continuations.ts'
import { conveyorContract } from './store-conveyor.ts'
import { faultsContract } from './store-faults.ts'
import { inboxContract } from './store-inbox.ts'
import { logsContract } from './store-logs.ts'
import { migrateContract } from './store-migrate.ts'
import { orbsContract } from './store-orbs.ts'
import { outboxContract } from './store-outbox.ts'
import { schedulesContract } from './store-schedules.ts'
import { secretsContract } from './store-secrets.ts'
import { serialContract } from './store-serial.ts'
import { stateContract } from './store-state.ts'
import { tasksContract } from './store-tasks.ts'
import { testResultsContract } from './store-test-results.ts'
import { viewsContract } from './store-views.ts'
import { wakeContract } from './store-wake.ts'
import { workersContract } from './store-workers.ts'
import { workspacesContract } from './store-workspaces.ts'

/** Every promise of the ports that the store keeps, on whatever PostgreSQL `connect` starts. */
export function storeContract(name: string, connect: () => Promise<Server>): void {
  describe(`the store on ${name}`, () => {
    let server: Server
    const opened: TestDatabase[] = []
    const open: Open = async (settings) => {
      const database = await databaseOn(server, settings)
      opened.push(database)
      return database
    }
    beforeAll(async () => {
      server = await connect()
    })
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((database) => database.close()))
    })
    afterAll(() => server.stop())

    describe.each(Object.entries(contracts))('%s', (_, contract) => {
      contract(open)
    })
    describe('migrations', () => {
      migrateContract(() => server)
    })
  })
}

const contracts: Readonly<Record<string, (open: Open) => void>> = {
  'the inbox': inboxContract,
  'the conveyor': conveyorContract,
  'requests to continue a pipeline': continuationsContract,
  'what an event touches': stateContract,
  'the outbox': outboxContract,
  'the queue of tasks': tasksContract,
  'workers and their leases': workersContract,
  logs: logsContract,
  workspaces: workspacesContract,
  'numbers of builds': buildNumbersContract,
  caches: cachesContract,
  'artifacts and what blobs are for': artifactsContract,
  'results of tests': testResultsContract,
  checks: checksContract,
  'orbs that were fetched': orbsContract,
  'serial groups': serialContract,
  'sealed secrets': secretsContract,
  'schedules of branches': schedulesContract,
  'redundant pipelines': cancelOlderContract,
  views: viewsContract,
  hints: wakeContract,
  faults: faultsContract,
}
