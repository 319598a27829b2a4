import type { Ajv2020 } from 'ajv/dist/2020.js'

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** Teaches ajv the formats of GitHub's description. */
export const addFormats = (ajv: Ajv2020): void => {
  ajv.addFormat('uri', (text) => URL.canParse(text))
  ajv.addFormat('date-time', (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text)))
  ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/)
  ajv.addFormat('repo.nwo', /^[\w.-]+\/[\w.-]+$/)
  // Templates hold braces and the two others describe numbers: nothing to check in the text.
  for (const name of ['uri-template', 'int64', 'timestamp']) ajv.addFormat(name, true)
}
