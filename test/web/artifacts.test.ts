import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { type Artifact } from '../../src/ports/artifacts.ts'
import { BlobMissing } from '../../src/ports/blobs.ts'
import { detail, ids, page, step, webApp } from './support.ts'

const artifact = (path: string, content = 'x'): Artifact => ({
  index: 0,
  path,
  blob: content,
  size: content.length,
})

/** A job that kept these. */
const world = (...artifacts: readonly Artifact[]) => ({
  views: { job: async () => detail([step()]) },
  artifacts: {
    of: async () => ({ artifacts, total: artifacts.length }),
    find: async (_job: string, index: number, path: string) =>
      artifacts.find((one) => one.index === index && one.path === path) ?? null,
  },
  blobs: { get: async (blob: string) => Readable.from([Buffer.from(blob)]) },
})

const base = `/jobs/${ids.job}/artifacts/0`

describe('an artifact', () => {
  test.each([
    ['report.html', 'text/html; charset=utf-8', 'inline'],
    ['a.svg', 'image/svg+xml', 'inline'],
    ['a.xml', 'application/xml', 'inline'],
    ['a.LOG', 'text/plain; charset=utf-8', 'inline'],
    ['style.css', 'text/css; charset=utf-8', 'inline'],
    ['app.js', 'application/octet-stream', 'attachment'],
    ['a.pdf', 'application/octet-stream', 'attachment'],
    ['core', 'application/octet-stream', 'attachment'],
    ['html', 'application/octet-stream', 'attachment'],
    ['x.constructor', 'application/octet-stream', 'attachment'],
  ])('%s is sent as %s, %s', async (path, type, disposition) => {
    const { status, text, headers } = await page(
      world(artifact(path, 'content')),
      `${base}/${path}`,
    )
    expect([status, text, headers.get('content-length')]).toEqual([200, 'content', '7'])
    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('content-disposition')).toBe(`${disposition}; filename*=UTF-8''${path}`)
  })

  test.each(['a.html', 'a.svg', 'a.xml', 'a.txt', 'a'])(
    '%s can run nothing here: it is in a sandbox without scripts and of no other type',
    async (path) => {
      const { headers } = await page(world(artifact(path)), `${base}/${path}`)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy.split('; ').slice(0, 2)).toEqual(['sandbox', "default-src 'none'"])
      expect(policy).not.toMatch(/allow-|script-src/)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  test('only style, pictures and fonts may be used by other origins, which a sandboxed page is', async () => {
    const policy = async (path: string) =>
      (await page(world(artifact(path)), `${base}/${path}`)).headers.get(
        'cross-origin-resource-policy',
      )
    expect(await Promise.all(['a.css', 'a.png', 'a.html', 'a.json', 'a'].map(policy))).toEqual([
      'cross-origin',
      'cross-origin',
      'same-origin',
      'same-origin',
      'same-origin',
    ])
  })

  test.each([
    `a b'"<>&.txt`,
    'new\nline.txt',
    'ä😀.txt',
    'a%2Fb.txt',
    '100%.txt',
    'x/#?;=.txt',
    '(1)*!~_.txt',
  ])('is found and named whatever its name is: %j', async (path) => {
    const list = await page(world(artifact(path)), `/jobs/${ids.job}`)
    const address = /href="([^"]+\/artifacts\/[^"]+)"/.exec(list.text)?.[1] ?? ''
    expect(address).toMatch(/^[\w/.%-]+$/)
    const { status, headers } = await page(world(artifact(path)), address)
    expect(status).toBe(200)
    const name = headers.get('content-disposition')?.split("''")[1] ?? ''
    expect(decodeURIComponent(name)).toBe(path.split('/').at(-1))
    expect(name).toMatch(/^[\w.%!~-]+$/)
  })

  test.each([
    `${base}/other.txt`,
    `/jobs/${ids.job}/artifacts/1/a.txt`,
    `/jobs/nobody/artifacts/0/a.txt`,
    `${base}/%E0%A4%A`,
    `/jobs/${ids.job}/artifacts/x/a.txt`,
  ])('%s is not found', async (address) => {
    expect((await page(world(artifact('a.txt')), address)).status).toBe(404)
  })

  test('that is not kept any more is told from one that never was', async () => {
    const gone = {
      ...world(artifact('a')),
      blobs: { get: () => Promise.reject(new BlobMissing('x')) },
    }
    expect((await page(gone, `${base}/a`)).status).toBe(410)
  })

  test('is not opened for who asks for its headers only', async () => {
    const closed = {
      ...world(artifact('a.txt')),
      blobs: { get: () => Promise.reject(new Error('opened')) },
    }
    const answer = await webApp(closed).request(`${base}/a.txt`, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  test('is sent piece by piece', async () => {
    const asked: number[] = []
    const pieces = async function* () {
      for (let at = 0; at < 1000; at++) {
        asked.push(at)
        yield Buffer.alloc(65_536)
      }
    }
    const large = { ...world(artifact('a')), blobs: { get: async () => Readable.from(pieces()) } }
    const answer = await webApp(large).request(`${base}/a`)
    const reader = answer.body?.getReader()
    expect((await reader?.read())?.value?.length).toBe(65_536)
    expect(asked.length).toBeLessThan(100)
    await reader?.cancel()
  })
})

describe('the page of a job', () => {
  test('lists its artifacts with their sizes, safely', async () => {
    const evil = artifact('<script>alert(1)</script>', 'x'.repeat(2048))
    const { text } = await page(world(evil), `/jobs/${ids.job}`)
    expect(text).toContain('2 KiB')
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script>')
  })

  test('says how many it does not list', async () => {
    const many = {
      ...world(),
      artifacts: { of: async () => ({ artifacts: [artifact('a')], total: 7 }) },
    }
    expect((await page(many, `/jobs/${ids.job}`)).text).toContain('… and 6 more')
  })

  test('shows its tests: what failed and where, the slowest, the flaky', async () => {
    const tests = {
      total: 9,
      failed: 2,
      skipped: 1,
      seconds: 12.34,
      failures: [
        {
          name: '<b>',
          classname: 'c',
          file: 'src/a.ts',
          line: 7,
          message: 'no <i>\nstack',
          index: 0,
        },
      ],
      slowest: [{ name: 'slow', classname: '', file: null, seconds: 3.456 }],
      flaky: [{ name: 'shaky', classname: 'c', file: null }],
    }
    const { text } = await page(
      { ...world(), testResults: { summary: async () => tests } },
      `/jobs/${ids.job}`,
    )
    for (const part of [
      '9 tests, 2 failed, 1 skipped, 12.3 s',
      'c › &lt;b&gt;',
      'src/a.ts:7',
      'no &lt;i&gt;',
      '… and 1 more',
      'slow: 3.46 s',
      'c › shaky',
    ])
      expect(text).toContain(part)
    expect(text).not.toContain('stack')
  })

  test('has no such parts when it kept nothing', async () => {
    const { text } = await page(world(), `/jobs/${ids.job}`)
    expect(text).not.toMatch(/Artifacts|Tests/)
  })
})
