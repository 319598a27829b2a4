import type { Parcel } from './parcel.ts'

export type DropWhen = (parcel: Parcel) => boolean

/** What can go wrong on the way of a webhook; all off at first. Tests turn them. */
export interface WebhookSwitches {
  /** Loses the next so many deliveries, or every one that `which` names. They are logged as failed. */
  drop(which: number | DropWhen): void
  /** Nothing more is lost. */
  dropNone(): void
  /** Sends everything twice, under one delivery id. */
  duplicate: boolean
  /** Milliseconds that every delivery waits. */
  delayMs: number
  /** Sends what comes within 30 ms in another order. */
  shuffle: boolean
}

/** The switches, and how the courier asks whether a parcel is to be lost. */
export const makeSwitches = (): {
  readonly switches: WebhookSwitches
  readonly takesDrop: DropWhen
} => {
  let next = 0
  let when: DropWhen = never
  const switches: WebhookSwitches = {
    drop: (which) => {
      if (typeof which === 'number') next += which
      else when = which
    },
    dropNone: () => {
      next = 0
      when = never
    },
    duplicate: false,
    delayMs: 0,
    shuffle: false,
  }
  const takesDrop: DropWhen = (parcel) => {
    if (next === 0) return when(parcel)
    next -= 1
    return true
  }
  return { switches, takesDrop }
}

const never: DropWhen = () => false
