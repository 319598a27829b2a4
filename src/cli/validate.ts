import { explain } from '../compile/explain.ts'
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts'
import { type ConfigFile, type ConfigIo, eachConfig, exitCodes } from './config-io.ts'
import { diagnoseOffline } from './orbs.ts'
import { diagnoseProjectSettings, isProjectSettings } from './project-settings.ts'

export interface ValidateOptions {
  readonly json: boolean
}

/**
 * `sluice validate`: every diagnostic of every file, whatever the event, without the network. A file named
 * `sluice.yml` is a repository's settings.
 * With `json` one object a diagnostic on standard output; else text on standard error, and a line on
 * standard output for each file without errors. Returns the exit code.
 */
export async function validate(
  files: readonly string[],
  options: ValidateOptions,
  io: ConfigIo,
): Promise<number> {
  let allRead = true
  let allSound = true
  for await (const config of eachConfig(files, io))
    if (config === null) allRead = false
    else if (!(await validateOne(config, options, io))) allSound = false
  if (!allRead) return exitCodes.usage
  return allSound ? exitCodes.yes : exitCodes.no
}

async function validateOne(
  config: ConfigFile,
  { json }: ValidateOptions,
  io: ConfigIo,
): Promise<boolean> {
  const diagnostics = isProjectSettings(config)
    ? diagnoseProjectSettings(config)
    : await diagnoseOffline(config, io)
  for (const diagnostic of diagnostics)
    if (json) io.stdout(JSON.stringify(jsonOf(diagnostic)))
    else io.stderr(explain(diagnostic, config.text))
  const sound = !hasErrors(diagnostics)
  if (sound && !json) io.stdout(`${config.file} is valid`)
  return sound
}

/** A diagnostic as scripts read it: flat, the place spelt out. */
export function jsonOf({ file, where, severity, code, message, hint, path }: Diagnostic) {
  return { file, ...where, severity, code, message, hint, path }
}
