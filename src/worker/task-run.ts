import type { ClaimedTask } from '../ports/tasks.ts'
import type { Control } from './control.ts'
import type { Course } from './course.ts'
import type { Identity } from './identity.ts'
import type { Journal } from './journal.ts'
import type { TaskSecrets } from './secrets.ts'
import type { Tools } from './tools.ts'

/** What a task is carried out with. */
export interface TaskParts {
  readonly tools: Tools
  readonly identity: Identity
  readonly control: Control
  readonly task: ClaimedTask
}

/** A task under way. */
export interface TaskRun extends TaskParts {
  readonly course: Course
  readonly journal: Journal
  readonly secrets: TaskSecrets
}
