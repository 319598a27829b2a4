import { Readable } from 'node:stream'
import { err, ok, type Result } from '../../model/result.ts'
import type { AddSshKeysStep } from '../../model/step.ts'
import { packed } from '../packed.ts'
import { hasFingerprint, type SshKey, sshKeyOf } from '../ssh-key.ts'
import { ofTheJob } from './fault.ts'
import { inside, lastLine } from './inside.ts'
import { refused, type StepContext, type StepEnd, say, succeeded } from './step.ts'

/**
 * Puts keys of the project into the job's `~/.ssh` and has ssh offer them to every host: those with the
 * fingerprints, without fingerprints all.
 */
export async function addSshKeys(context: StepContext, step: AddSshKeysStep): Promise<StepEnd> {
  const chosen = choose(context.sshKeys, step.fingerprints)
  if (!chosen.ok) return refused(chosen.problem)
  const keys = chosen.value
  if (keys.length === 0) {
    await say(context, 'No SSH keys are stored for this project: none was added')
    return succeeded
  }
  const files = keys.map((key) => ({ path: fileOf(key), text: key.text, mode: 0o600 }))
  const directory = context.environment.resolve('~/.ssh')
  const tar = Readable.from(packed(files))
  const put = await ofTheJob(() => context.environment.putTar(directory, tar))
  if (!put.ok) return refused(put.problem)
  return configure(context, directory, keys)
}

type Stored = Readonly<Record<string, string>>

/** A problem is told as a sentence. */
function choose(
  stored: Stored,
  fingerprints: readonly string[] | null,
): Result<readonly SshKey[], string> {
  const keys: SshKey[] = []
  for (const [name, text] of Object.entries(stored)) {
    const key = sshKeyOf(text)
    if (!key.ok) return err(`the SSH key ${name} of the project ${key.problem}: store another one`)
    keys.push(key.value)
  }
  if (fingerprints === null) return ok(keys)
  const missing = fingerprints.find((one) => !keys.some((key) => hasFingerprint(key, one)))
  return missing === undefined
    ? ok(keys.filter((key) => fingerprints.some((one) => hasFingerprint(key, one))))
    : err(
        `no SSH key with the fingerprint ${missing} is stored for this project: ` +
          'store it as a secret of the project whose name begins with SSH_KEY',
      )
}

/** As CircleCI names it. */
const fileOf = ({ md5 }: SshKey): string => `id_rsa_${md5.replaceAll(':', '')}`

/** Lines that are there already stay as they are, since the step may be done again. */
const script = `
cd -- "$SSH_DIRECTORY"
chmod 700 .
touch config
chmod 600 config
for file in $SSH_FILES; do
  line="  IdentityFile $SSH_DIRECTORY/$file"
  grep -qxF -- "$line" config || printf '\\nHost *\\n  IdentitiesOnly no\\n%s\\n' "$line" >> config
done
`

async function configure(
  context: StepContext,
  directory: string,
  keys: readonly SshKey[],
): Promise<StepEnd> {
  const env = { SSH_DIRECTORY: directory, SSH_FILES: keys.map(fileOf).join(' ') }
  const said = await inside(context, { name: 'configure', script, env })
  if (!said.ok) return said.problem
  const { code, output } = said.value
  if (code !== 0)
    return refused(`the configuration of ssh could not be written: ${lastLine(output)}`)
  for (const { md5, sha256 } of keys) await say(context, `Added the key ${sha256} (${md5})`)
  return succeeded
}
