import { type Command, Option } from 'commander'
import { commit, pair } from './values.ts'

/** What the flags about an event say, as they were given. */
export interface PlanFlags {
  readonly branch?: string
  readonly tag?: string
  readonly event: 'push' | 'schedule' | 'api' | 'pull_request'
  readonly param: Readonly<Record<string, string>>
  readonly sha?: string
  readonly payload?: string
  readonly offline?: boolean
}

/** The flags that describe an event, for the commands that compile a config for one. */
export const addPlanFlags = (command: Command): Command =>
  command
    .option('--branch <name>', 'the branch that was pushed (default: the current one, else main)')
    .option('--tag <name>', 'the tag that was pushed')
    .addOption(
      new Option('--event <name>', 'what happened')
        .choices(['push', 'schedule', 'api', 'pull_request'])
        .default('push'),
    )
    .addOption(
      new Option('--param <K=V>', 'a pipeline parameter; may be repeated')
        .argParser(pair)
        .default({}, 'none'),
    )
    .option('--sha <sha>', 'the commit', commit)
    .option('--payload <file>', 'take all of this from the payload of a push webhook')
    .option('--offline', 'no network: orbs that are not vendored or cached stay closed')
