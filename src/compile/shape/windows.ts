import { boolean, type Field, type Reading } from '../read/reader.ts'
import { machineMap } from './machine.ts'
import type { RunsInConfig } from './runs-in.ts'

const image = 'windows-server-2022-gui:current'
const shell = 'powershell.exe -ExecutionPolicy Bypass'

/** The key `windows`, which CircleCI's orb of that name replaced: a machine with PowerShell. */
export function windowsOf(field: Field | undefined, reading: Reading): RunsInConfig | null {
  if (field === undefined || field.value.kind === 'unknown') return null
  const written = field.value.kind === 'map' ? machineMap(field, reading) : plain(field, reading)
  if (written === null || written.runsIn.kind !== 'machine') return null
  const message = 'windows needs a Windows machine, which Sluice does not have'
  reading.report('unsupported', field.key, message)
  return {
    ...written,
    runsIn: { ...written.runsIn, image: written.runsIn.image ?? image },
    shell: written.shell ?? shell,
  }
}

function plain(field: Field, reading: Reading): RunsInConfig | null {
  if (boolean(field, reading)?.value !== true) return null
  const runsIn = { kind: 'machine', image: null, dockerLayerCaching: false } as const
  return { at: field.key, runsIn, shell: null, resourceClass: null }
}
