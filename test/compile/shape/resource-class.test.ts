import { expect, test } from 'vitest'
import { jobOf } from './support.ts'

test.each([
  'small',
  'medium',
  'medium+',
  'large',
  'xlarge',
  '2xlarge',
  '2xlarge+',
  'medium+.gen2',
  'large.gen3',
  'arm.medium',
  'arm.xlarge',
  'arm.large.gen2',
  'macos.m1.medium.gen1',
  'm4pro.large',
  'acme/pool',
])('V44: the resource class %s is known', (name) => {
  const { value, found } = jobOf(`resource_class: ${name}`)
  expect(value.resourceClass).toBe(name)
  expect(found).toEqual([])
})

test.each(['hugest', 'Large', 'medium++', 'a/b/c'])(
  'V44: the resource class %s is unknown, which is a warning',
  (name) => {
    const { value, found, hints } = jobOf(`resource_class: ${name}`)
    expect(value.resourceClass).toBe(name)
    expect(found).toEqual([
      `1:17 warning resource-class: there is no resource class "${name}"; the job gets the default`,
    ])
    expect(hints).toEqual([expect.stringMatching(/Did you mean|Usual ones: small, medium/)])
  },
)

test.each([
  ['gpu.nvidia.medium', 'jobs get no GPU'],
  ['gpu.nvidia.small.multi', 'jobs get no GPU'],
  ['windows.gpu.nvidia.medium', 'jobs get no GPU'],
  ['windows.medium', 'there is no Windows machine'],
])('the resource class %s is accepted, and what is lacking is said', (name, lacks) => {
  expect(jobOf(`resource_class: ${name}`)).toMatchObject({
    value: { resourceClass: name },
    found: [`1:17 warning unsupported: ${name} has no effect in Sluice: ${lacks}`],
  })
})
