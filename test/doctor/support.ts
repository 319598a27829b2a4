import { createServer } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import {
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../src/demo/stand-in/stand-in.ts'
import { examine } from '../../src/doctor/doctor.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import type { DoctorParts } from '../../src/doctor/parts.ts'
import { appJwt, ask } from '../demo/support/github.ts'
import { folder, manifest, restOf } from '../setup/support.ts'

export interface Practice {
  readonly gitHub: StandIn
  /** What the App's own server answers to deliveries. */
  answerWith(status: number): void
  /** Where deliveries go, and what SLUICE_PUBLIC_URL says. */
  readonly publicUrl: string
  readonly parts: DoctorParts
}

/** An App that is set up as it should be, with a server that takes its deliveries. */
export async function openPractice(options: Partial<StandInOptions> = {}): Promise<Practice> {
  let status = 200
  const server = createServer((_request, response) => void response.writeHead(status).end())
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const publicUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const gitHub = await startStandIn({
    directory: join(await folder(), 'github'),
    webhookUrl: publicUrl + manifest.hookPath,
    ...options,
  })
  onTestFinished(async () => {
    await gitHub.close()
    server.close()
  })
  return {
    gitHub,
    publicUrl,
    parts: await soundParts(gitHub, publicUrl),
    answerWith: (wanted) => {
      status = wanted
    },
  }
}

async function soundParts(gitHub: StandIn, publicUrl: string): Promise<DoctorParts> {
  const { appId, privateKey } = gitHub.app
  return {
    needs: manifest,
    mistakes: [],
    app: { appId, privateKey },
    publicUrl,
    hasSecretsKey: true,
    web: gitHub.url,
    dataDirectory: await folder(),
    database: async () => ({ kind: 'ready', what: 'the database' }),
    executor: {
      kind: 'local',
      health: async () => ({ isolation: 'sandbox', summary: 'steps run apart', warnings: [] }),
    },
    unisolatedOk: false,
    ask: restOf(gitHub),
    clock: systemClock,
    ping: false,
  }
}

/** The findings about one thing. */
export async function findingsOn(
  check: string,
  { parts }: Practice,
  changes: Partial<DoctorParts> = {},
): Promise<readonly Finding[]> {
  const findings = await examine({ ...parts, ...changes })
  return findings.filter((finding) => finding.check === check)
}

/** Changes the App's webhook, as its owner would on the App's page. */
export const changeHook = async ({ gitHub }: Practice, changes: object): Promise<void> => {
  const token = appJwt(gitHub)
  const { status } = await ask(gitHub, token, 'PATCH /app/hook/config', changes)
  if (status !== 200) throw new Error(`the webhook cannot be changed: ${status}`)
}
