import type { Located } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { type Fields, given, type Reading, string } from '../read/reader.ts'
import { didYouMean } from '../read/suggest.ts'

/** A pool of self-hosted runners: a namespace and a name. */
export const isRunnerPool = (name: string): boolean => /^[^/\s]+\/[^/\s]+$/.test(name)

/** Classes by the hardware that they ask for; `lacks` is what Sluice does not give them. */
const families: readonly { readonly pattern: RegExp; readonly lacks: string | null }[] = [
  { pattern: /^(small|medium\+?|large|xlarge|2xlarge\+?)(\.gen\d)?$/, lacks: null },
  { pattern: /^arm\.(small|medium|large|xlarge|2xlarge)(\.gen\d)?$/, lacks: null },
  {
    pattern: /^(windows\.)?gpu\.nvidia\.(small|medium|large)(\.multi)?(\.gen\d)?$/,
    lacks: 'jobs get no GPU',
  },
  {
    pattern: /^windows\.(medium|large|xlarge|2xlarge)(\.gen\d)?$/,
    lacks: 'there is no Windows machine',
  },
  // The key `macos` itself says that there is no Mac.
  {
    pattern: /^(macos\.(m1|x86)\.(medium|large)(\.gen\d)?|m\d(pro|max)?\.(medium|large))$/,
    lacks: null,
  },
]

const usual = ['small', 'medium', 'medium+', 'large', 'xlarge', '2xlarge', '2xlarge+'] as const

/** The class as written. One that is not known is a warning: CircleCI adds classes all the time. */
export function resourceClassOf(fields: Fields, reading: Reading): string | null {
  const field = given(fields, 'resource_class')
  const name = field && string(field, reading)
  if (name === null || name.value === '') return null
  if (!isRunnerPool(name.value)) checkClass(name, reading)
  return name.value
}

function checkClass({ value, at }: Located<string>, { report }: Reading): void {
  const family = families.find(({ pattern }) => pattern.test(value))
  if (family === undefined) {
    const hint = `Usual ones: ${usual.join(', ')}, or NAMESPACE/NAME for a pool of runners.`
    const message = `there is no resource class ${quoted(value)}; the job gets the default`
    report('resource-class', at, message, didYouMean(value, usual, hint))
  } else if (family.lacks !== null)
    report('unsupported', at, `${value} has no effect in Sluice: ${family.lacks}`)
}
