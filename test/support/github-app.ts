import { generateKeyPairSync } from 'node:crypto'
import { createClient } from '../../src/github/client.ts'
import { silentLog } from './log.ts'

export const appId = 77

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

export const appSettings = {
  appId,
  privateKey,
  webhookSecret: 'a secret of the tests',
  gheHost: null,
  gheProtocol: 'https',
  log: silentLog,
  requestTimeoutMs: 2000,
}

export const newProbot = () => createClient(appSettings)
