import { cutMiddle, plainText } from '../text.ts'

/**
 * Text from outside in a sentence of ours: no Markdown, HTML, link, mention or reference comes of it.
 * GitHub turns mentions and references into links after Markdown is done, so they are broken with an
 * invisible character, not with a backslash.
 */
export const sentence = (text: string, bytes = 2000): string =>
  plainText(text, bytes)
    .replaceAll(/[&<>]/g, (sign) => entities[sign] ?? '')
    .replaceAll(/[\\`*_[\]#|~]|^[-+]/g, '\\$&')
    .replaceAll(/@|#(?=\d)|\bGH-(?=\d)/gi, '$&\u200B')
    .replaceAll(/\b(?:https?|ftp|mailto|xmpp):|\bwww\./gi, '$&\u200B')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** A name from outside as code, also inside a table. */
export function code(text: string, bytes = 300): string {
  // A pipe ends the cell of a table even inside code.
  const plain = plainText(text, bytes).replaceAll('|', '\\|')
  const fence = '`'.repeat(longestRun(plain) + 1)
  const room = /^`|`$|^$/.test(plain) ? ' ' : ''
  return `${fence}${room}${plain}${room}${fence}`
}

/** Output of a command in a fence that nothing in it can close, its middle left out beyond `bytes`. */
export function fenced(log: string, bytes: number): string {
  const plain = withoutEscapes(log)
  const fence = '`'.repeat(Math.max(3, longestRun(plain) + 1))
  const room = Math.max(bytes - 2 * (fence.length + 1), 0)
  return `${fence}\n${cutMiddle(plain, room)}\n${fence}`
}

/** GitHub renders no colours: escape sequences would show as garbage. */
function withoutEscapes(log: string): string {
  return log
    .toWellFormed()
    .replaceAll(escapes, '')
    .split('\n')
    .map(lastWritten)
    .join('\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trimEnd()
}

/** The last `count` lines that a screen would show of a log; empty when it would show none. */
export const lastLines = (log: string, count: number): string =>
  withoutEscapes(log).split('\n').slice(-count).join('\n')

/** What a progress bar has written over is gone on a screen, too. */
const lastWritten = (line: string): string => line.split('\r').findLast((part) => part !== '') ?? ''

/** CSI and OSC sequences, then the short ones. */
const escapes = new RegExp(
  String.raw`\u001B(?:\[[0-?]*[ -\/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[ -\/]+[0-~]|[0-~])`,
  'g',
)

const longestRun = (text: string): number =>
  (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)

/** E.g. `42s`, `3m 05s`, `2h 07m`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `${seconds}s`
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`
}

const two = (count: number): string => String(count).padStart(2, '0')

/** E.g. `1 job`, `3 jobs`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`
