import { latestOf } from '../checks/roll-up.ts'
import type { Repository, Suite, World } from '../world.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'
import { suiteMark } from './status.ts'

const mostCommits = 30

/** Every repository with its newest commits. */
export const homePage = (world: World): string =>
  layout('Repositories', html`${world.repositories.map((one) => repositoryPart(world, one, 5))}`)

export const repositoryPage = (world: World, repository: Repository): string =>
  layout(repository.fullName, repositoryPart(world, repository, mostCommits))

const repositoryPart = (world: World, repository: Repository, most: number): Html => {
  const suites = world.suites
    .filter((suite) => suite.repository === repository)
    .toReversed()
    .slice(0, most)
  const commits =
    suites.length > 0 ? suites.map(commitLine) : html`<p class="quiet">Nothing was pushed yet.</p>`
  return html`<article><h2><a href="/${repository.fullName}">${repository.fullName}</a></h2>
<p class="quiet">git clone ${world.url}/${repository.fullName}.git</p>${commits}</article>`
}

const commitLine = (suite: Suite): Html => {
  const { sha, message } = suite.commit
  return html`<div>${suiteMark(suite)}
<a href="${checksPath(suite.repository, sha)}">${sha.slice(0, 7)} ${message.split('\n')[0] ?? ''}</a>
<span class="quiet">${suite.headBranch} · ${suite.app.name} · ${latestOf(suite.runs).length} checks</span></div>`
}

export const checksPath = (repository: Repository, sha: string): string =>
  `/${repository.fullName}/commit/${sha}/checks`
