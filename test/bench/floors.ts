import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Floor, Line } from './line.ts'
import { measure, type Spread, timed } from './measure.ts'
import type { Place } from './place.ts'

/** What the machine needs for the smallest parts of which everything else is made. */
export interface Floors {
  /** A process of bash that runs `true`, from its start to its end. */
  readonly spawn: Spread
  /** A transaction of one row on Sluice's own PostgreSQL, flushed to the disk. */
  readonly transaction: Spread
  /** A question to the stand-in and its answer, over a connection that is there. */
  readonly roundTrip: Spread
}

const times = { warmUp: 20, runs: 200 }

export async function measureFloors(place: Place): Promise<Floors> {
  return {
    spawn: await measure(times, () => timed(bashTrue)),
    transaction: await transactions(place),
    roundTrip: await measure(times, () =>
      timed(async () => (await fetch(place.standIn.url)).text()),
    ),
  }
}

/** The floors as lines of their own. */
export const floorLines = ({ spawn: bash, transaction, roundTrip }: Floors): readonly Line[] => [
  { name: 'spawn of bash `true`', figure: bash, floor: null },
  { name: 'durable transaction of one row', figure: transaction, floor: null },
  { name: 'HTTP round trip to the stand-in', figure: roundTrip, floor: null },
]

/** The floor of something that cannot do without these parts, one after the other. */
export const sum = (floors: Floors, parts: readonly (keyof Floors)[]): Floor => ({
  name: parts.map((part) => words[part]).join(' + '),
  value: parts.reduce((total, part) => total + floors[part].median, 0),
})

const words: Readonly<Record<keyof Floors, string>> = {
  spawn: 'spawn',
  transaction: 'transaction',
  roundTrip: 'round trip',
}

/** A process of bash that ends at once. */
export const bashTrue = () => once(spawn('/bin/bash', ['-c', 'true'], { stdio: 'ignore' }), 'close')

async function transactions({ database }: Place): Promise<Spread> {
  await database.query(
    'create table bench_floor (id bigint generated always as identity, doc json)',
  )
  try {
    const insert = { name: 'floor', text: 'insert into bench_floor (doc) values ($1)' }
    const values = [JSON.stringify({ type: 'triggered' })]
    return await measure(times, () => timed(() => database.query({ ...insert, values })))
  } finally {
    await database.query('drop table bench_floor')
  }
}
