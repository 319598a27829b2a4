import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** Every folder of src in the order a push flows: what it may import of ours, and which packages it owns. */
const folders: Record<string, { ours: readonly string[]; packages: readonly string[] }> = {
  model: { ours: [], packages: [] },
  ports: { ours: ['model'], packages: ['node:stream'] },
  compile: { ours: ['model', 'ports'], packages: ['yaml', 'minimatch', 'croner'] },
  engine: { ours: ['model'], packages: [] },
  graph: { ours: ['model'], packages: [] },
  conductor: { ours: ['model', 'ports', 'compile', 'engine'], packages: ['croner'] },
  worker: { ours: ['model', 'ports'], packages: ['minimatch', 'tar'] },
  executors: { ours: ['model', 'ports'], packages: ['tar'] },
  github: { ours: ['model', 'ports'], packages: ['probot'] },
  store: { ours: ['model', 'ports'], packages: ['pg', 'kysely', 'kysely/migration'] },
  secrets: { ours: ['model', 'ports'], packages: [] },
  blobs: { ours: ['model', 'ports'], packages: [] },
  orbs: { ours: ['model', 'ports'], packages: [] },
  web: { ours: ['model', 'ports', 'graph'], packages: ['hono', 'hono/html'] },
  setup: { ours: ['model', 'ports'], packages: ['yaml'] },
  doctor: { ours: ['model', 'ports'], packages: [] },
  cli: { ours: ['model', 'ports', 'compile', 'graph'], packages: ['commander'] },
  demo: { ours: ['model', 'ports'], packages: ['ajv', 'ajv/dist/2020.js', 'yaml'] },
}
const pure = ['model', 'ports', 'compile', 'engine', 'graph']
/** No clock, no chance, no environment, no waiting: time and ids come inside events. */
const impure =
  /\b(process\.|Date\.now|new Date\(\)|Math\.random|randomUUID|performance\.|fetch\(|setTimeout|setInterval|setImmediate|async |await )/

const source = resolve(import.meta.dirname, '../src')
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)))
const inFolder = files.filter((file) => file.includes('/'))
const code = (file: string) =>
  readFileSync(join(source, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
const folderOf = (file: string) => file.split('/')[0] ?? ''
const importStatement =
  /^(?:import|export)\b[^'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm
const importsOf = (file: string) =>
  [...code(file).matchAll(importStatement)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
const ownTargets = (file: string) =>
  importsOf(file)
    .filter((path) => path.startsWith('.'))
    .map((path) => relative(source, resolve(source, dirname(file), path)))

test('every folder has its place in the flow', () => {
  expect([...new Set(inFolder.map(folderOf))].filter((name) => !folders[name])).toEqual([])
})

test.each(inFolder)('%s imports only upstream', (file) => {
  const folder = folderOf(file)
  const outside = ownTargets(file).filter(
    (to) => folderOf(to) !== folder && !folders[folder]?.ours.includes(folderOf(to)),
  )
  expect(outside).toEqual([])
})

test.each(inFolder)('%s uses only the packages its folder owns', (file) => {
  const folder = folderOf(file)
  const foreign = importsOf(file).filter(
    (path) =>
      !path.startsWith('.') &&
      !(path.startsWith('node:') && !pure.includes(folder)) &&
      !folders[folder]?.packages.includes(path),
  )
  expect(foreign).toEqual([])
})

test.each(inFolder.filter((file) => pure.includes(folderOf(file)) && !file.startsWith('ports/')))(
  '%s is pure',
  (file) => {
    expect(code(file).match(impure)?.[0]).toBeUndefined()
  },
)

test('nobody imports main.ts, and only settings.ts reads the environment', () => {
  expect(files.filter((file) => ownTargets(file).includes('main.ts'))).toEqual([])
  const readers = files.filter((file) => /\bprocess\.env\b/.test(code(file)))
  expect(readers.filter((file) => file !== 'settings.ts')).toEqual([])
})
