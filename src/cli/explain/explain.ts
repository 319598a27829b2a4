import { type Code, codes } from '../../compile/codes.ts'
import { explain as shown } from '../../compile/explain.ts'
import { nearest } from '../../compile/read/suggest.ts'
import { visible } from '../../compile/visible.ts'
import { type ConfigIo, exitCodes } from '../config-io.ts'
import { configOf, type Example } from './explanation.ts'
import { findings } from './findings.ts'
import { explanations, groups } from './texts.ts'

/**
 * `sluice explain`: what a code means, with a wrong and a right config. What is said about the wrong one is
 * what the compiler says about it now. Without a code, all of them. Exit 1 if there is no such code.
 */
export function explain(code: string | null, io: ConfigIo): number {
  if (code === null) for (const line of listing()) io.stdout(line)
  else if (isCode(code)) for (const line of explained(code, io)) io.stdout(line)
  else {
    const near = nearest(code, Object.keys(codes))
    const advice = near === null ? '`sluice explain` lists all.' : `Did you mean ${near}?`
    io.stderr(visible(`sluice: there is no code ${code}. ${advice}`))
    return exitCodes.no
  }
  return exitCodes.yes
}

const isCode = (text: string): text is Code => Object.hasOwn(codes, text)

function listing(): readonly string[] {
  const width = Object.keys(codes).reduce((most, { length }) => Math.max(most, length), 0)
  return groups.flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    group.title,
    ...group.codes.filter(isCode).map((code) => {
      const { severity, title } = codes[code]
      return `  ${code.padEnd(width)}  ${severity.padEnd('warning'.length)}  ${title}`
    }),
  ])
}

function explained(code: Code, io: ConfigIo): readonly string[] {
  const { severity, title } = codes[code]
  const { meaning, wrong, right } = explanations[code]
  const { text } = configOf(wrong)
  const said = findings(wrong, io.regex).find((one) => one.code === code)
  return [
    `${code} (${severity}): ${title}`,
    '',
    ...wrapped(meaning),
    '',
    'Wrong:',
    '',
    ...printed(wrong),
    ...(said === undefined ? [] : [shown(said, text), '']),
    'Right:',
    '',
    ...printed(right),
  ]
}

/** A config with an empty line behind it, and for which push it is. */
function printed(example: Example): readonly string[] {
  const { told = null, push = null } = typeof example === 'string' ? {} : example
  const lines = told === null ? configOf(example).text.trimEnd().split('\n') : [`(${told})`]
  const ref = push?.tag === undefined ? `branch ${push?.branch ?? 'main'}` : `tag ${push.tag}`
  const how = push?.continuation === undefined ? 'pushed' : 'a continuation of what was pushed'
  return [
    ...lines.map((line) => `    ${line}`),
    ...(push === null ? [] : ['', `(${how} to ${ref})`]),
    '',
  ]
}

const lineWidth = 80

function wrapped(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > lineWidth) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
