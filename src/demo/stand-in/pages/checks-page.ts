import { latestOf } from '../checks/roll-up.ts'
import type { CommitInfo } from '../git/commit-info.ts'
import type { Annotation, Repository, Run, Suite, World } from '../world.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { markdown } from './markdown.ts'
import { checksPath } from './repository-page.ts'
import { statusMark, suiteMark } from './status.ts'

export interface ChecksView {
  readonly repository: Repository
  readonly commit: CommitInfo
  /** Login of who presses the buttons. */
  readonly as: string
}

/** The checks of a commit with their buttons, as GitHub would show them. */
export const checksPage = (world: World, view: ChecksView): string => {
  const suites = world.suites.filter(
    (suite) => suite.repository === view.repository && suite.commit.sha === view.commit.sha,
  )
  const { sha, message } = view.commit
  const body = html`
<p><a href="/${view.repository.fullName}">${view.repository.fullName}</a> · ${sha.slice(0, 7)} ${message.split('\n')[0] ?? ''}</p>
${peoplePart(world, view)}
${suites.length === 0 ? html`<p class="quiet">No checks.</p>` : suites.map((one) => suitePart(world, one, view))}`
  return layout(`Checks of ${sha.slice(0, 7)}`, body)
}

const peoplePart = (world: World, { repository, commit, as }: ChecksView): Html => {
  const people = world.people.filter((person) => person.type === 'User')
  const links = people.map(({ login }) =>
    login === as
      ? html`<strong>${login}</strong> `
      : html`<a href="${checksPath(repository, commit.sha)}?as=${encodeURIComponent(login)}">${login}</a> `,
  )
  return html`<p class="quiet">Buttons are pressed by: ${links}</p>`
}

const suitePart = (world: World, suite: Suite, view: ChecksView): Html => {
  const own = suite.app === world.app
  const buttons = [
    button(view, { do: 'rerun-failed' }, 'Re-run failed checks'),
    button(view, { do: 'rerun-all' }, 'Re-run all checks'),
  ]
  const runs = latestOf(suite.runs)
  return html`<h2>${suite.app.name} ${suiteMark(suite)} ${own && runs.length > 0 ? buttons : null}</h2>
${runs.map((run) => runPart(run, own, view))}`
}

const runPart = (
  run: Run,
  own: boolean,
  view: ChecksView,
): Html => html`<article id="run-${run.id}">
<div>${statusMark(run.status, run.conclusion)}<h2>${run.name}</h2><span>${run.title}</span>
<a href="${run.detailsUrl}" rel="noreferrer">Details</a>
${own && run.status === 'completed' ? button(view, { do: 'rerun', run: run.id }, 'Re-run') : null}
${run.actions.map(({ identifier, label, description }) =>
  button(view, { do: 'action', run: run.id, identifier }, label, description),
)}</div>
${textPart(run)}${run.annotations.map(annotationPart)}${olderPart(run)}</article>`

const textPart = (run: Run): Html | null =>
  run.summary === null && run.text === null
    ? null
    : html`<details open><summary>Summary</summary>${markdown(run.summary ?? '')}${markdown(run.text ?? '')}</details>`

const annotationPart = (annotation: Annotation): Html => {
  const { path, start_line: line, annotation_level: level, title, message } = annotation
  return html`<p>${level} · ${path}:${line} · <strong>${title ?? ''}</strong></p><pre>${message}</pre>`
}

/** What the newest run of the name has replaced. */
const olderPart = (run: Run): Html | null => {
  const older = run.suite.runs.filter((one) => one.name === run.name && one !== run)
  if (older.length === 0) return null
  const lines = older.map(
    (one) => html`<div>${statusMark(one.status, one.conclusion)} ${one.title}</div>`,
  )
  return html`<details><summary>${older.length} older</summary>${lines}</details>`
}

const button = (
  { repository, commit, as }: ChecksView,
  fields: Readonly<Record<string, string | number>>,
  label: string,
  hint = '',
): Html => {
  const inputs = Object.entries({ ...fields, as }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form method="post" action="${checksPath(repository, commit.sha)}">${inputs}<button title="${hint}">${label}</button></form> `
}
