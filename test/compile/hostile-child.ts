import { text } from 'node:stream/consumers'
import { compile } from '../../src/compile/compile.ts'
import { factsFrom, portsFor } from './oracles/support.ts'

/** Compiles what comes on standard input (JSON of a text and an event) in a process of its own. */
const { config, event } = JSON.parse(await text(process.stdin))
const answer = compile({ text: config, file: 'config.yml' }, factsFrom(event), portsFor(event))
const found = answer.kind === 'rejected' ? answer.diagnostics : []
console.log(
  JSON.stringify({
    kind: answer.kind,
    errors: found.flatMap(({ severity, message, hint }) =>
      severity === 'error' ? [`${message} ${hint ?? ''}`] : [],
    ),
  }),
)
