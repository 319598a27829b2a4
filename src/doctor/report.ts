import type { Finding } from './finding.ts'

/** The findings as lines for people. `hidden`: texts that must never be shown, whatever else is. */
export function textReport(
  findings: readonly Finding[],
  hidden: readonly string[],
): readonly string[] {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = shownAll(findings, hidden).flatMap(({ verdict, check, message, action }) => [
    `${verdict.padEnd(8)} ${check.padEnd(width)}  ${message}`,
    ...(action === null ? [] : [`${' '.repeat(width + 11)}→ ${action}`]),
  ])
  return [...lines, '', summaryOf(findings)]
}

/** One JSON object a finding, a line. */
export const jsonReport = (
  findings: readonly Finding[],
  hidden: readonly string[],
): readonly string[] => shownAll(findings, hidden).map((finding) => JSON.stringify(finding))

function summaryOf(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length
  const unseen = count('unknown')
  const rest = unseen > 0 ? `, ${unseen} could not be looked at` : ''
  return `problems: ${count('problem')}, warnings: ${count('warning')}${rest}`
}

const shownAll = (findings: readonly Finding[], hidden: readonly string[]): readonly Finding[] =>
  findings.map(({ check, verdict, message, action }) => ({
    check,
    verdict,
    message: shown(message, hidden),
    action: action === null ? null : shown(action, hidden),
  }))

const longest = 1000

/** Messages hold texts of GitHub's, of the database's and of the system's: they must not steer a terminal. */
function shown(text: string, hidden: readonly string[]): string {
  const safe = hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
  const line = safe.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line
}
