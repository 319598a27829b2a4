import { foundation } from './0001-foundation.ts'
import { orbs } from './0002-orbs.ts'
import { stores } from './0004-stores.ts'
import { buildNumbers } from './0005-build-numbers.ts'
import { secrets } from './0006-secrets.ts'
import { schedules } from './0007-schedules.ts'
import { serial } from './0008-serial.ts'
import { pullRequests } from './0010-pull-requests.ts'
import { onDemand } from './0011-on-demand.ts'
import { createTimes } from './0012-create-times.ts'
import { reach } from './0013-reach.ts'
import { workerNotice } from './0015-worker-notice.ts'
import { splitBasis } from './0016-split-basis.ts'
import { urgentEvents } from './0017-urgent-events.ts'

/** Every change of the tables, in order. What was released is never edited: add another. */
export const migrations: Readonly<Record<string, string>> = {
  '0001-foundation': foundation,
  '0002-orbs': orbs,
  '0004-stores': stores,
  '0005-build-numbers': buildNumbers,
  '0006-secrets': secrets,
  '0007-schedules': schedules,
  '0008-serial': serial,
  '0010-pull-requests': pullRequests,
  '0011-on-demand': onDemand,
  '0012-create-times': createTimes,
  '0013-reach': reach,
  '0015-worker-notice': workerNotice,
  '0016-split-basis': splitBasis,
  '0017-urgent-events': urgentEvents,
}
