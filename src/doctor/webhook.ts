import { type Finding, fine, problem, warning } from './finding.ts'
import { field, textIn } from './json.ts'
import { type Round, refused } from './round.ts'

/** Where GitHub delivers, and whether that is us. */
export async function webhookFindings(round: Round): Promise<readonly Finding[]> {
  const answer = await round.asApp('/app/hook/config')
  if (answer.status !== 200) return [refused('webhook', answer)]
  const wrong = [...addressFindings(round, answer.body), ...formFindings(round, answer.body)]
  return wrong.length > 0
    ? wrong
    : [fine('webhook', `GitHub delivers to ${textIn(answer.body, 'url')}`)]
}

function* addressFindings(
  { publicUrl, needs, registered }: Round,
  hook: unknown,
): Generator<Finding> {
  const url = textIn(hook, 'url') ?? ''
  const at = `on ${registered.pages.general}`
  if (publicUrl === null)
    yield warning(
      'webhook',
      'SLUICE_PUBLIC_URL is not set: links in checks lead to this machine only, and whether GitHub delivers to us cannot be told',
      'set it to the address under which GitHub and people reach Sluice',
    )
  const wanted = `${publicUrl ?? 'https://YOUR-HOST'}${needs.hookPath}`
  if (url === '')
    yield problem(
      'webhook',
      'the App has no webhook: Sluice hears of nothing',
      `tick Active and set the Webhook URL to ${wanted} ${at}`,
    )
  else if (publicUrl === null ? !url.endsWith(needs.hookPath) : !sameUrl(url, wanted))
    yield problem(
      'webhook',
      `GitHub delivers to ${url}, but Sluice takes deliveries at ${wanted}`,
      `set the Webhook URL to ${wanted} ${at}, or mend SLUICE_PUBLIC_URL`,
    )
}

function* formFindings({ registered }: Round, hook: unknown): Generator<Finding> {
  const at = `on ${registered.pages.general}`
  if (textIn(hook, 'secret') === null)
    yield problem(
      'webhook',
      'the webhook has no secret: its deliveries are not signed, and Sluice refuses them',
      `set the Webhook secret ${at} to the text that WEBHOOK_SECRET has`,
    )
  const type = textIn(hook, 'content_type')
  if (type !== null && type !== 'json')
    yield problem(
      'webhook',
      `deliveries come as ${type}, which Sluice refuses`,
      `set the Content type of the webhook to application/json ${at}`,
    )
  if (String(field(hook, 'insecure_ssl')) === '1')
    yield warning(
      'webhook',
      'GitHub does not check the certificate of the address that it delivers to',
      `enable SSL verification of the webhook ${at}`,
    )
}

const sameUrl = (one: string, other: string): boolean =>
  URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href
