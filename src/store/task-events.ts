const nowMs = `floor(extract(epoch from clock_timestamp()) * 1000)`

/**
 * SQL that puts an event for each task that `tasks` selects (rows of the table `task`). The key holds
 * what can happen once: a claim begins once, a task ends once.
 */
const put = (type: string, key: string, tasks: string, urgent: string): string => `
  insert into event (key, pipeline_id, doc, urgent)
  select ${key}, pipeline_id, json_build_object(
           'pipelineId', pipeline_id, 'at', ${nowMs}, 'type', '${type}', 'jobId', job_id,
           'taskId', id, 'worker', worker_name, 'outcome', outcome), ${urgent}
    from (${tasks}) as task
   order by place
      on conflict (key) do nothing`

export const putTaskStarted = (tasks: string): string =>
  put('task-started', `'task:' || id || ':started:' || claim`, tasks, 'false')

/** `urgent`: SQL that says whether it failed; the database cannot look into every outcome that JSON can tell. */
export const putTaskFinished = (tasks: string, urgent: string): string =>
  put('task-finished', `'task:' || id || ':finished'`, tasks, urgent)
