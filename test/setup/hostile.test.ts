import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRest } from '../../src/github/rest.ts'
import { runSetup } from '../../src/setup/setup.ts'
import {
  folder,
  formOn,
  gitHub,
  open,
  type Setup,
  setupParts,
  startSetup,
  throughGitHub,
} from './support.ts'

const stateOf = (html: string): string =>
  new URL(formOn(html).action).searchParams.get('state') ?? ''

/** Nothing was asked of GitHub, nothing is written, and the visit still works to its end. */
async function expectUnharmed(setup: Setup, standIn: Awaited<ReturnType<typeof gitHub>>) {
  expect(standIn.requests).toEqual([])
  expect(await readdir(dirname(setup.file))).toEqual([])
}

test.each(['', '?token=', '?token=wrong', `?token=${'A'.repeat(43)}`])(
  'without the token, %j, there is no page, also on loopback',
  async (query) => {
    const setup = await startSetup(await gitHub())
    const refused = await open(`${setup.address.origin}/${query}`)
    expect(refused.status).toBe(403)
    expect(refused.html).not.toContain('<form')
  },
)

test('without the token there is no page where everybody can reach it', async () => {
  const setup = await startSetup(await gitHub(), { listen: { host: '0.0.0.0', port: 0 } })
  const refused = await open(`http://127.0.0.1:${setup.address.port}/`)
  expect({ status: refused.status, form: refused.html.includes('<form') }).toEqual({
    status: 403,
    form: false,
  })
})

test('the address is good for one browser, which may reload it', async () => {
  const setup = await startSetup(await gitHub())
  const first = await open(setup.address)
  const cookie = first.headers.get('set-cookie') ?? ''
  expect(cookie).toMatch(/^sluice_setup=[\w-]{43}; HttpOnly; SameSite=Lax; /)
  expect((await open(setup.address)).status).toBe(403)
  expect((await open(setup.address, { cookie: 'sluice_setup=x' })).status).toBe(403)
  const again = await open(setup.address, { cookie: `a=b; ${cookie.split(';')[0]}; c=d` })
  expect(again.status).toBe(200)
  expect(again.html).toBe(first.html)
})

test.each(['', 'wrong', 'A'.repeat(43)])('with the state %j nothing happens', async (state) => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  await open(setup.address)
  const url = `${setup.address.origin}/made?code=abc&state=${state}`
  expect((await open(url)).status).toBe(403)
  await expectUnharmed(setup, standIn)
})

test('before the page was opened no state is right', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  expect((await open(`${setup.address.origin}/made?code=abc&state=`)).status).toBe(403)
  await expectUnharmed(setup, standIn)
})

test.each(['', '../app', 'a/b', 'a%00', 'x'.repeat(256), "'"])(
  'the code %j is none, and GitHub is not asked',
  async (code) => {
    const standIn = await gitHub()
    const setup = await startSetup(standIn)
    const state = stateOf((await open(setup.address)).html)
    const back = await open(`${setup.address.origin}/made?code=${code}&state=${state}`)
    expect(back.status).toBe(400)
    await expectUnharmed(setup, standIn)
  },
)

test('a code that GitHub does not know is told, and the right one still works', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  const right = await throughGitHub(setup)
  const wrong = new URL(right)
  wrong.searchParams.set('code', 'unknown')
  const told = await open(wrong)
  expect(told.status).toBe(502)
  expect(told.html).toContain('does not know this code')
  expect((await open(right)).status).toBe(200)
  expect(await setup.end).toBe(true)
})

test('a code is exchanged once, however often the browser brings it', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  const back = await throughGitHub(setup)
  const answers = await Promise.all([
    open(back),
    open(back).catch(() => null),
    open(back).catch(() => null),
  ])
  expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1)
  expect(await setup.end).toBe(true)
  const asked = standIn.requests.filter(({ op }) => op === 'apps/create-from-manifest')
  expect(asked).toHaveLength(1)
})

test.each([
  ['a script elsewhere', { 'sec-fetch-dest': 'empty', origin: 'https://evil.example' }],
  ['a script of the same machine', { 'sec-fetch-dest': 'empty' }],
  ['a frame', { 'sec-fetch-dest': 'iframe' }],
  ['an image', { 'sec-fetch-dest': 'image' }],
  ['another origin', { origin: 'https://evil.example' }],
])('%s sees nothing, and does not use the token up', async (_who, headers) => {
  const setup = await startSetup(await gitHub())
  const refused = await raw(setup.address, { headers })
  expect(refused).toMatchObject({ status: 403 })
  expect(refused.body).not.toContain('<form')
  expect((await open(setup.address)).status).toBe(200)
})

test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'a b', '[::1'])(
  'a page that reaches us as %j sees nothing',
  async (host) => {
    const setup = await startSetup(await gitHub())
    expect((await raw(setup.address, { headers: { host } })).status).toBe(403)
  },
)

test.each(['POST', 'PUT', 'HEAD', 'OPTIONS'])('%s is no way to ask', async (method) => {
  const setup = await startSetup(await gitHub())
  expect((await raw(setup.address, { method })).status).toBe(403)
  expect((await open(setup.address)).status).toBe(200)
})

test('its pages run no scripts, stay in no cache and in no frame, and tell nobody the token', async () => {
  const setup = await startSetup(await gitHub())
  const { headers } = await open(setup.address)
  expect(headers.get('content-security-policy')).toMatch(
    /default-src 'none'; .*frame-ancestors 'none'/,
  )
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('referrer-policy')).toBe('origin')
})

test.each(['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET', 'GITHUB_CLIENT_SECRET'])(
  'a file that has %s is refused before anything happens, and stays as it is',
  async (name) => {
    const file = join(await folder(), '.env')
    await writeFile(file, `PORT=1\n${name}=mine\n`)
    const standIn = await gitHub()
    await expect(runSetup(setupParts(standIn, { file }))).rejects.toThrow(
      `${file} already has ${name}, and nothing is ever overwritten`,
    )
    expect(await readFile(file, 'utf8')).toBe(`PORT=1\n${name}=mine\n`)
    expect(standIn.requests).toEqual([])
  },
)

test('a file with another public address is refused', async () => {
  const file = join(await folder(), '.env')
  await writeFile(file, 'SLUICE_PUBLIC_URL=https://other.example.com\n')
  await expect(runSetup(setupParts(await gitHub(), { file }))).rejects.toThrow(
    'already has another SLUICE_PUBLIC_URL',
  )
})

test('a link, a folder and a missing folder are no settings files', async () => {
  const standIn = await gitHub()
  const place = await folder()
  await writeFile(join(place, 'real'), '')
  await symlink(join(place, 'real'), join(place, 'link'))
  const run = (file: string) => runSetup(setupParts(standIn, { file }))
  await expect(run(join(place, 'link'))).rejects.toThrow('no ordinary file')
  await expect(run(place)).rejects.toThrow('no ordinary file')
  await expect(run(join(place, 'absent', '.env'))).rejects.toThrow('cannot use')
})

test('a file that appears meanwhile is kept, and the settings are written when it is away', async () => {
  const setup = await startSetup(await gitHub())
  const back = await throughGitHub(setup)
  await writeFile(setup.file, 'APP_ID=1\n')
  const refused = await open(back)
  expect(refused.status).toBe(502)
  expect(refused.html).toContain('already has APP_ID')
  expect(await readFile(setup.file, 'utf8')).toBe('APP_ID=1\n')
  await writeFile(setup.file, '')
  expect((await open(back)).status).toBe(200)
  expect(await setup.end).toBe(true)
  expect(await readFile(setup.file, 'utf8')).toContain('WEBHOOK_SECRET=')
  expect(await readdir(dirname(setup.file))).toEqual(['.env'])
})

const sound = {
  id: 7,
  slug: 'sluice',
  html_url: 'GITHUB/apps/sluice',
  client_id: 'Iv1',
  client_secret: 'abc',
  webhook_secret: 'def',
  pem: 'KEY',
}

test.each<[string, unknown, number?]>([
  ['a page of its own', '<html>sign in</html>'],
  ['nothing', ''],
  ['a list', []],
  ['no id', { ...sound, id: undefined }],
  ['a text for an id', { ...sound, id: '7' }],
  ['an id below one', { ...sound, id: -7 }],
  ['a slug that is a path', { ...sound, slug: '../../x' }],
  ['a page elsewhere', { ...sound, html_url: 'https://evil.example/apps/sluice' }],
  ['a script for a page', { ...sound, html_url: 'javascript:alert(1)' }],
  ['no webhook secret', { ...sound, webhook_secret: null }],
  ['a secret with lines of its own', { ...sound, webhook_secret: 'a\nSLUICE_UNISOLATED=allow' }],
  ['a secret with quotes', { ...sound, client_secret: '"a" # b' }],
  ['a key that is none', { ...sound, pem: '-----BEGIN RSA PRIVATE KEY-----\nx\n' }],
  ['success where nothing is made', sound, 200],
  ['a redirect', sound, 302],
])('an answer that is %s is not written', async (_what, body, status = 201) => {
  const standIn = await gitHub()
  const odd = await oddGitHub(status, body, standIn.app.privateKey)
  const ask = createRest({ gheHost: odd, gheProtocol: 'http', requestTimeoutMs: 5_000 })
  const setup = await startSetup(standIn, { ask, enterprise: { host: odd, protocol: 'http' } })
  const state = stateOf((await open(setup.address)).html)
  const back = await open(`${setup.address.origin}/made?code=abc&state=${state}`)
  expect(back.status).toBe(502)
  expect(back.html).not.toContain('BEGIN')
  expect(await readdir(dirname(setup.file))).toEqual([])
})

test('the very answer that is not refused is written', async () => {
  const standIn = await gitHub()
  const odd = await oddGitHub(201, sound, standIn.app.privateKey)
  const ask = createRest({ gheHost: odd, gheProtocol: 'http', requestTimeoutMs: 5_000 })
  const setup = await startSetup(standIn, { ask, enterprise: { host: odd, protocol: 'http' } })
  const state = stateOf((await open(setup.address)).html)
  expect((await open(`${setup.address.origin}/made?code=abc&state=${state}`)).status).toBe(200)
  expect(await readFile(setup.file, 'utf8')).toContain('APP_ID=7\n')
})

test('when GitHub breaks off, the page says so and can be loaded again', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  const back = await throughGitHub(setup)
  standIn.faults.push({ op: 'apps/create-from-manifest', status: 'drop', before: true })
  const broken = await open(back)
  expect(broken.status).toBe(502)
  expect(broken.html).toContain('GitHub did not answer')
  expect((await open(back)).status).toBe(200)
  expect(await setup.end).toBe(true)
})

/** A GitHub that gives this answer to everything; `KEY` and `GITHUB` stand for what is right. */
async function oddGitHub(status: number, body: unknown, key: string): Promise<string> {
  const server = createServer((asked, response) => {
    const text = (typeof body === 'string' ? body : JSON.stringify(body))
      .replace('GITHUB', `http://${asked.headers.host}`)
      .replace('"KEY"', JSON.stringify(key))
    response.writeHead(status, { location: '/elsewhere' }).end(text)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** A request with headers that `fetch` would not send. */
const raw = (
  url: URL,
  options: { readonly method?: string; readonly headers?: Record<string, string> },
): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const asking = request(url, options, (response) => {
      let body = ''
      response.on('data', (bytes: Buffer) => {
        body += bytes.toString()
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    asking.on('error', reject).end()
  })
