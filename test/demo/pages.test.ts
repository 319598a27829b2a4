import { expect, test } from 'vitest'
import { ask, installationToken, openLab } from './support/github.ts'

const evil = '<script>alert(1)</script>'

const openBench = async () => {
  const lab = await openLab()
  const sha = await lab.push({ 'a.txt': 'one' }, `first ${evil}`)
  const token = await installationToken(lab.github)
  const create = async (name: string, state: object): Promise<number> => {
    const body = { name, head_sha: sha, ...state }
    return (await ask(lab.github, token, 'POST /repos/acme/shop/check-runs', body)).body.id
  }
  const path = `/acme/shop/commit/${sha}/checks`
  const page = async (at: string) => (await fetch(lab.github.url + at)).text()
  const press = (fields: Record<string, string>, headers = {}) =>
    fetch(lab.github.url + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
      headers,
    })
  return { ...lab, sha, create, path, page, press }
}

test('the start page leads to repositories and to the checks of their newest commits', async () => {
  const bench = await openBench()
  expect(await bench.page('/')).toContain(`href="${bench.path}"`)
  expect(await bench.page('/acme/shop')).toContain(bench.sha.slice(0, 7))
})

test('a commit shows each check with its state, texts, annotations and buttons', async () => {
  const bench = await openBench()
  const annotation = {
    path: 'x.yml',
    start_line: 3,
    end_line: 3,
    annotation_level: 'failure',
    message: 'no such job',
  }
  await bench.create('build', { conclusion: 'failure', output: { title: 'old', summary: '' } })
  await bench.create('build', {
    conclusion: 'failure',
    output: {
      title: 'It failed',
      summary: '| a | b |\n|---|---|\n| 1 | 2 |',
      annotations: [annotation],
    },
    actions: [{ label: 'Rerun from failed', identifier: 'rerun', description: 'd' }],
  })
  const page = await bench.page(bench.path)
  for (const text of [
    'build',
    '✗ failure',
    'It failed',
    '<td>1</td>',
    'x.yml:3',
    'no such job',
    'Rerun from failed',
    'Re-run all checks',
    '1 older',
  ]) {
    expect(page).toContain(text)
  }
})

test('nothing that others wrote becomes markup', async () => {
  const bench = await openBench()
  await bench.create(`job ${evil}`, {
    conclusion: 'failure',
    details_url: `https://x/"onclick="alert(1)`,
    output: {
      title: evil,
      summary: `${evil}\n\n\`${evil}\`\n\n\`\`\`\n${evil}\n\`\`\`\n\n| ${evil} |\n|---|\n| ${evil} |\n\n- ${evil}\n# ${evil}\n<details><summary>${evil}</summary>\n[x](javascript:alert(1))`,
      text: evil,
    },
    actions: [{ label: '<b>x</b>', identifier: '"><script>', description: '"<i>' }],
  })
  for (const at of ['/', '/acme/shop', `${bench.path}?as=${encodeURIComponent(evil)}`]) {
    const page = await bench.page(at)
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<b>x')
    expect(page).not.toContain('"onclick')
    expect(page).not.toContain('href="javascript')
  }
})

test('pages run no script and load nothing from elsewhere', async () => {
  const bench = await openBench()
  const { headers } = await fetch(bench.github.url + bench.path)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  const style = await fetch(`${bench.github.url}/-/style.css`)
  expect(style.headers.get('content-type')).toContain('text/css')
})

test('buttons press what they say, as the chosen person', async () => {
  const bench = await openBench()
  const actions = [{ label: 'Approve', identifier: 'approve', description: 'd' }]
  const id = String(await bench.create('hold', { conclusion: 'failure', actions }))
  const answer = await bench.press({ do: 'action', run: id, identifier: 'approve', as: 'ann' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`${bench.path}?as=ann`)
  await bench.press({ do: 'rerun', run: id, as: 'ann' })
  await bench.press({ do: 'rerun-failed', as: 'ann' })
  await bench.press({ do: 'rerun-all', as: 'ann' })
  expect(await bench.webhooks('check_run.requested_action')).toHaveLength(1)
  expect(await bench.webhooks('check_run.rerequested')).toHaveLength(2)
  expect(await bench.webhooks('check_suite.rerequested')).toHaveLength(1)
})

test('a press from another site, or on a button that is gone, does nothing', async () => {
  const bench = await openBench()
  const id = String(await bench.create('build', { conclusion: 'success' }))
  const fields = { do: 'rerun', run: id, as: 'ann' }
  expect((await bench.press(fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await bench.press({ ...fields, do: 'action', identifier: 'x' })).status).toBe(422)
  expect((await bench.press({ ...fields, do: 'explode' })).status).toBe(422)
  expect(await bench.webhooks('check_run.rerequested')).toEqual([])
})

test('the link of a run leads to it on the page of its commit', async () => {
  const bench = await openBench()
  const id = await bench.create('build', {})
  const answer = await fetch(`${bench.github.url}/acme/shop/runs/${id}`, { redirect: 'manual' })
  expect(answer.headers.get('location')).toBe(`${bench.path}#run-${id}`)
})

test.each([
  '/acme/none',
  '/acme/shop/commit/123/checks',
  '/acme/shop/runs/1',
  '/acme/shop/settings',
])('%s is not found', async (path) => {
  const bench = await openBench()
  expect((await fetch(bench.github.url + path)).status).toBe(404)
  expect(bench.github.violations).toEqual([])
})
