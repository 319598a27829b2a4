import { description } from '../description/description.ts'
import { appShape } from '../shapes/app.ts'
import type { World } from '../world.ts'

/** What a new webhook hears first. Resolves when it was answered or has failed. */
export const sendPing = async (world: World): Promise<void> => {
  const { app, courier } = world
  const schema = description().webhook('ping', null)
  if (!schema) throw new Error("GitHub's description has no webhook ping")
  const { url, contentType, insecureSsl } = courier.hook
  const config = { url: url ?? '', content_type: contentType, insecure_ssl: insecureSsl }
  const payload = description().fill(schema, {
    zen: 'Keep it logically awesome.',
    hook_id: 512_345_678,
    hook: {
      type: 'App',
      id: 512_345_678,
      name: 'web',
      active: true,
      events: [...app.events],
      app_id: app.id,
      config,
    },
    sender: appShape(world.url, app)['owner'],
  })
  for (const error of description().errors(schema, payload)) {
    world.violations.push(`webhook ping: ${error.instancePath} ${error.message ?? ''}`)
  }
  await courier.send({
    event: 'ping',
    action: null,
    installationId: null,
    repositoryId: null,
    payload: JSON.stringify(payload),
  })
}
