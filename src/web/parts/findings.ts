import { html } from 'hono/html'
import type { Diagnostic, Severity } from '../../model/diagnostic.ts'
import type { Html } from './layout.ts'

const order: readonly Severity[] = ['error', 'warning', 'hint', 'info']

/** What was found in a config, with what to do about it: errors first, else in the order of the file. */
export function findings(diagnostics: readonly Diagnostic[]): Html | string {
  if (diagnostics.length === 0) return ''
  const sorted = diagnostics.toSorted((a, b) => rank(a) - rank(b))
  return html`<ul>${sorted.map(finding)}</ul>`
}

const rank = ({ severity }: Diagnostic): number => order.indexOf(severity)

const finding = ({ file, where, severity, code, message, hint }: Diagnostic): Html =>
  html`<li>${file}:${where.line}:${where.column}: <span class="${severity}">${severity}</span> ${code}: ${message}${hint === null ? '' : html`<br><span class="dim">${hint}</span>`}</li>`
