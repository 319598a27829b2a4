import { html } from 'hono/html'
import { artifactAddress } from '../../model/artifact-address.ts'
import type { JobId } from '../../model/ids.ts'
import { sized } from '../../model/size.ts'
import type { ArtifactList } from '../../ports/artifacts.ts'
import type { TestSummary } from '../../ports/test-results.ts'
import type { Html } from './layout.ts'

/** The files that a job kept, each a link. */
export function artifactTable(job: JobId, { artifacts, total }: ArtifactList): Html | string {
  if (total === 0) return ''
  const left = total - artifacts.length
  return html`<h2 id="artifacts">Artifacts</h2>
<table>
<tr><th>File</th><th class="number">Task</th><th class="number">Size</th></tr>
${artifacts.map(
  (one) => html`<tr><td><a href="${artifactAddress(job, one)}">${one.path}</a></td>
<td class="number">${one.index}</td><td class="number">${sized(one.size)}</td></tr>`,
)}
</table>
${left > 0 ? html`<p class="dim">… and ${left} more</p>` : ''}`
}

/** What failed, what was slow and what cannot be relied on. */
export function testPart(tests: TestSummary | null): Html | string {
  if (!tests) return ''
  return html`<h2 id="tests">Tests</h2>
<p>${tests.total} tests, ${tests.failed} failed, ${tests.skipped} skipped, ${tests.seconds.toFixed(1)} s</p>
${tests.failures.length > 0 ? failureTable(tests) : ''}
${list(
  'Slowest',
  tests.slowest.map((one) => `${titleOf(one)}: ${one.seconds.toFixed(2)} s`),
)}
${list('Flaky: passed after they had failed at the same commit', tests.flaky.map(titleOf))}`
}

const failureTable = ({ failures, failed }: TestSummary): Html => html`<table>
<tr><th>Failed test</th><th>Where</th><th>Message</th></tr>
${failures.map(
  (one) => html`<tr><td>${titleOf(one)}</td><td>${placeOf(one)}</td>
<td>${one.message.split('\n')[0]?.slice(0, 300) ?? ''}</td></tr>`,
)}
</table>
${failed > failures.length ? html`<p class="dim">… and ${failed - failures.length} more</p>` : ''}`

const titleOf = ({ classname, name }: { readonly classname: string; readonly name: string }) =>
  classname === '' || name.startsWith(classname) ? name : `${classname} › ${name}`

const placeOf = ({ file, line }: TestSummary['failures'][number]): string =>
  [file, line].filter((part) => part !== null).join(':')

const list = (title: string, lines: readonly string[]): Html | string =>
  lines.length === 0
    ? ''
    : html`<p class="dim">${title}</p><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`
