import { basename } from 'node:path'
import { readProjectSettings } from '../compile/project-settings/project-settings.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ConfigFile } from './config-io.ts'

/** By its name a file is the settings of a repository, and no config. */
export const isProjectSettings = ({ file }: ConfigFile): boolean => basename(file) === 'sluice.yml'

/** Every finding; which role the server asks for changes none of them. */
export const diagnoseProjectSettings = (file: ConfigFile): readonly Diagnostic[] =>
  readProjectSettings(file, 'write').diagnostics
