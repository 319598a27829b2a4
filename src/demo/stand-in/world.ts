import type { KeyObject } from 'node:crypto'
import type { StandInClock } from './clock.ts'
import type { Fault } from './faults.ts'
import type { CommitInfo } from './git/commit-info.ts'
import type { Git } from './git/git.ts'
import type { ObjectReader } from './git/objects.ts'
import type { RateLimiter } from './rest/rate-limits.ts'
import type { Courier } from './webhooks/courier.ts'

/** Everything the stand-in knows: what GitHub keeps in its databases. */
export interface World {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly clock: StandInClock
  readonly git: Git
  readonly app: App
  readonly installations: Installation[]
  readonly repositories: Repository[]
  readonly people: Person[]
  readonly teams: Team[]
  /** By token. */
  readonly grants: Map<string, Grant>
  readonly suites: Suite[]
  readonly runs: Map<number, Run>
  readonly pulls: Pull[]
  readonly faults: Fault[]
  /** Null: everybody may ask as much as they like. */
  readonly rateLimiter: RateLimiter | null
  readonly courier: Courier
  /** Made on the page of new Apps, not yet exchanged; by code. */
  readonly registrations: Map<string, Registration>
  /** What GitHub would not have understood, or a caller should never do. */
  readonly violations: string[]
  readonly requests: RequestRecord[]
  nextId(kind: IdKind): number
}

export type IdKind =
  | 'account'
  | 'repository'
  | 'installation'
  | 'suite'
  | 'run'
  | 'comment'
  | 'delivery'
  | 'team'
  | 'pull'
  | 'app'

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'
export type Permissions = Readonly<Record<string, string>>

/** Whoever has a login: people, bots and organisations. */
export interface Person {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Bot' | 'Organization'
  /** For git over HTTP. */
  readonly password: string
  /** In every repository that `roles` does not name. */
  readonly role: Role
  /** By `owner/name`. */
  readonly roles: Readonly<Record<string, Role>>
}

interface Team {
  readonly id: number
  readonly org: string
  readonly slug: string
  readonly members: readonly TeamMember[]
}

export interface TeamMember {
  readonly login: string
  readonly role: 'member' | 'maintainer'
  readonly state: 'active' | 'pending'
}

/** An App as others see it. */
export interface AppIdentity {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly clientId: string
  readonly owner: Person
  /** Whom its writes are by: `slug[bot]`. */
  readonly bot: Person
  readonly permissions: Permissions
  readonly events: readonly string[]
}

/** The App under test. Its owner may change what it asks for. */
export interface App extends AppIdentity {
  name: string
  permissions: Permissions
  events: readonly string[]
  readonly publicKey: KeyObject
  /** PEM; handed out when the App is made from a manifest. */
  readonly privateKey: string
  readonly clientSecret: string
  readonly webhookSecret: string
}

/** An App that somebody has made on GitHub's page and whose credentials wait for the code. */
export interface Registration {
  readonly code: string
  readonly createdAt: number
  readonly manifest: AppManifest
}

export interface AppManifest {
  readonly name: string
  readonly url: string
  readonly redirect_url: string
  readonly hook_attributes: { readonly url: string }
  readonly default_permissions: Permissions
  readonly default_events: readonly string[]
}

export interface Installation {
  readonly id: number
  readonly account: Person
  /** Names (without owner), or all that the account owns. */
  repositories: 'all' | readonly string[]
  /** By its owner; null: it is not. */
  suspension: { readonly at: number; readonly by: Person } | null
  readonly permissions: Permissions
  readonly events: readonly string[]
  readonly createdAt: number
}

/** What an installation token may do. */
export interface Grant {
  readonly installation: Installation
  /** Null: every repository of the installation. */
  readonly repositoryIds: readonly number[] | null
  readonly permissions: Permissions
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface Repository {
  readonly id: number
  owner: Person
  name: string
  fullName: string
  /** `owner/name` that lead to it until another repository has them. */
  readonly formerNames: string[]
  archived: boolean
  readonly private: boolean
  readonly defaultBranch: string
  /** Null: it is no fork. */
  readonly forkOf: Repository | null
  /** The bare git repository. */
  readonly directory: string
  readonly objects: ObjectReader
  readonly createdAt: number
  pushedAt: number
  /** Ends when the push under way has ended: pushes to one repository come one after the other. */
  pushing: Promise<unknown>
}

/** One for an App and a commit. */
export interface Suite {
  readonly id: number
  readonly app: AppIdentity
  readonly repository: Repository
  readonly commit: CommitInfo
  readonly headBranch: string | null
  readonly before: string | null
  readonly createdAt: number
  updatedAt: number
  /** Oldest first. */
  readonly runs: Run[]
  /** Asked to run again, and nothing was reported since. */
  rerequested: boolean
  /** As last announced by `check_suite.completed`. */
  announced: boolean
}

export type RunStatus = 'queued' | 'in_progress' | 'completed'

export interface Annotation {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  readonly start_column?: number
  readonly end_column?: number
  readonly annotation_level: string
  readonly message: string
  readonly title?: string
  readonly raw_details?: string
}

/** A button. GitHub never tells an App which ones it shows. */
export interface Action {
  readonly label: string
  readonly description: string
  readonly identifier: string
}

export interface Run {
  readonly id: number
  readonly suite: Suite
  name: string
  externalId: string
  detailsUrl: string
  status: RunStatus
  conclusion: string | null
  /** Milliseconds since 1970, as `completedAt`. */
  startedAt: number
  completedAt: number | null
  title: string | null
  summary: string | null
  text: string | null
  readonly annotations: Annotation[]
  actions: readonly Action[]
}

export interface Pull {
  readonly id: number
  readonly number: number
  readonly repository: Repository
  readonly title: string
  readonly author: Person
  /** Where the head branch is: the repository itself, or a fork. */
  readonly headRepository: Repository
  readonly head: string
  readonly base: string
  headSha: string
  readonly baseSha: string
  readonly createdAt: number
  draft: boolean
  state: 'open' | 'closed'
  merged: boolean
  readonly labels: string[]
}

/** One REST request as it was answered. */
export interface RequestRecord {
  /** Of the machine's clock, milliseconds since 1970. */
  readonly time: number
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly query: string
  /** GitHub's name of what was asked, e.g. `checks/create`; null for an unknown route. */
  readonly op: string | null
  /** 0 when the connection was cut instead of an answer. */
  readonly status: number
  readonly body: unknown
}
