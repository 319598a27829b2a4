import { isId } from '../model/ids.ts'
import type { StepRecord, Steps } from '../ports/tasks.ts'
import type { Database } from './database.ts'

export const openSteps = (database: Database): Steps => ({
  record: async (claim, step) =>
    (await database.change(recordStep, [
      step.taskId,
      claim,
      step.index,
      step.state.status,
      JSON.stringify(step),
    ])) > 0,
  async of(taskId) {
    if (!isId(taskId)) return []
    const rows = await database.rows<{ doc: StepRecord }>(stepsOfTask, [taskId])
    return rows.map(({ doc }) => doc)
  },
})

const recordStep = {
  name: 'record-step',
  text: `
    insert into step (task_id, index, status, doc)
    select id, $3::integer, $4::text, $5::json from task where id = $1 and claim = $2 and state = 'running'
        on conflict (task_id, index) do update
          set status = excluded.status, doc = excluded.doc`,
}

const stepsOfTask = `select doc from step where task_id = $1 order by index`
