import { expect, test } from 'vitest'
import type { SealedSecret, SecretScope, Vault } from '../../src/ports/secrets.ts'
import { repository } from '../support/builders.ts'
import type { Open } from '../support/database.ts'

const key = '00000000-0000-4000-8000-00000000000a'
const project: SecretScope = { kind: 'project', owner: 'Acme', name: 'Shop' }
const context = (name: string, owner = 'acme'): SecretScope => ({ kind: 'context', owner, name })
const secret = (name: string, text = name): SealedSecret => ({
  name,
  dataKey: key,
  sealed: Buffer.from(text),
})

async function opened(open: Open) {
  const database = await open()
  const { vault } = database.store
  await vault.addKey({ id: key, wrappedBy: 'k1', wrapped: Buffer.from('wrapped') })
  return { ...database, vault }
}

/** Scope names with the names of their secrets, and what is in them. */
const found = async (
  vault: Vault,
  contexts: readonly string[] = [],
  change: Partial<typeof repository> = {},
) =>
  (await vault.sealed({ ...repository, ...change }, contexts)).map(({ name, secrets }) => [
    name,
    ...secrets.map((one) => `${one.name}=${Buffer.from(one.sealed).toString()}`),
  ])

export function secretsContract(open: Open): void {
  test('gives what a project and its contexts have, in the order in which they are named', async () => {
    const { vault: store, open: another } = await opened(open)
    await store.put(context('b'), secret('B'))
    await store.put(project, secret('P1'))
    await store.put(project, secret('P2', '\0 any bytes ÿ'))
    await store.put(context('a'), secret('A'))
    await store.put(context('other'), secret('O'))
    await store.put(context('a', 'somebody-else'), secret('NOT-OURS'))
    await store.put({ ...project, name: 'other-project' }, secret('NOT-OURS'))
    const here = (await another()).vault
    const shop = ['shop', 'P1=P1', 'P2=\0 any bytes ÿ']
    expect(await found(here, ['a', 'b'])).toEqual([shop, ['a', 'A=A'], ['b', 'B=B']])
    expect(await found(here, ['b', 'missing', 'a', 'b'])).toEqual([
      shop,
      ['a', 'A=A'],
      ['b', 'B=B'],
    ])
    expect(await found(here)).toEqual([shop])
    expect(await found(here, ['A', "'; drop table secret; --"])).toEqual([shop])
  })

  test('replaces a secret and remembers when it was made and changed', async () => {
    const { vault: store, query } = await opened(open)
    await store.put(project, secret('P', 'old'))
    await query(`update secret set created_at = created_at - interval '1 day',
                                   updated_at = updated_at - interval '1 day'`)
    await store.put(project, secret('P', 'new'))
    expect(await found(store)).toEqual([['shop', 'P=new']])
    const [listed] = (await store.list(project)) ?? []
    expect(listed?.name).toBe('P')
    expect((listed?.updatedAt ?? 0) - (listed?.createdAt ?? 0)).toBeGreaterThan(80_000_000)
  })

  test('tells an empty context from one that is not there', async () => {
    const { vault: store } = await opened(open)
    expect(await store.list(context('a'))).toBeNull()
    await store.put(context('a'), secret('A'))
    expect(await store.remove(context('a'), 'B')).toBe(false)
    expect(await store.remove(context('a'), 'A')).toBe(true)
    expect(await store.list(context('a'))).toEqual([])
    expect(await found(store, ['a'])).toEqual([['a']])
    expect(await store.removeAll(context('a'))).toBe(true)
    expect(await store.removeAll(context('a'))).toBe(false)
    expect(await store.list(context('a'))).toBeNull()
  })

  test('takes names of GitHub in any letters, and of contexts as they are', async () => {
    const { vault: store } = await opened(open)
    await store.put(project, secret('P'))
    await store.put(context('Prod', 'ACME'), secret('C'))
    expect(await store.list({ ...project, owner: 'ACME', name: 'SHOP' })).toHaveLength(1)
    expect(await store.contexts('Acme', ['prod', 'Prod'])).toEqual([
      { name: 'Prod', restrictions: [] },
    ])
  })

  test('keeps the restrictions of a context until others take their place', async () => {
    const { vault: store } = await opened(open)
    await store.put(context('a'), secret('A'))
    const restrictions = [
      { kind: 'team', slug: 'ops' },
      { kind: 'role', least: 'maintain' },
    ] as const
    expect(await store.restrict(context('a'), restrictions)).toBe(true)
    expect(await store.restrict(context('b'), restrictions)).toBe(false)
    await store.put(context('a'), secret('A2'))
    expect(await store.contexts('acme', ['a'])).toEqual([{ name: 'a', restrictions }])
    await store.restrict(context('a'), [])
    expect(await store.contexts('acme', ['a'])).toEqual([{ name: 'a', restrictions: [] }])
  })

  test('gives nothing to another repository that took the name of a known one', async () => {
    const { vault: store } = await opened(open)
    await store.put(project, secret('P'))
    expect(await found(store)).toEqual([['shop', 'P=P']])
    expect(await found(store, [], { id: 99 })).toEqual([])
    expect(await store.list(project)).toBeNull()
    await store.put(project, secret('P', 'of the other'))
    expect(await found(store, [], { id: 99 })).toEqual([['shop', 'P=of the other']])
    expect(await store.list(project)).toHaveLength(1)
    expect(await found(store, [], { name: 'renamed' })).toEqual([['shop', 'P=P']])
    await store.put({ ...project, name: 'renamed' }, secret('P', 'newer'))
    expect(await found(store, [], { name: 'renamed' })).toEqual([
      ['shop', 'P=P'],
      ['renamed', 'P=newer'],
    ])
  })

  test('wraps keys anew all together, and only those that are wrapped as expected', async () => {
    const { vault: store } = await opened(open)
    const second = '00000000-0000-4000-8000-00000000000b'
    const wrapped = (id: string, by: string) => ({ id, wrappedBy: by, wrapped: Buffer.from(by) })
    await store.addKey(wrapped(second, 'k2'))
    const both = [wrapped(key, 'k3'), wrapped(second, 'k3')]
    expect(await store.rewrap('k1', both)).toBe(false)
    expect((await store.keys()).map((one) => one.wrappedBy)).toEqual(['k1', 'k2'])
    expect(await store.rewrap('k1', both.slice(0, 1))).toBe(true)
    expect((await store.keys()).map((one) => [one.id, one.wrappedBy])).toEqual([
      [key, 'k3'],
      [second, 'k2'],
    ])
  })
}
