import type { PoolConnection } from '@werk/shared/database/pool'
import { guestListNotFound } from './checkins.errors.ts'
import type { GuestsRepository } from './guests.repository.ts'
import type { EventRef, ForeignId } from './scan.ts'

export type GuestsPage = { ticketIds: ForeignId[]; next: ForeignId | null }

/** Who is expected at an event. An event without a list takes every ticket, one with an empty list none. */
export type GuestList = {
  /** @returns how many are on the list then */
  replace(event: EventRef, ticketIds: readonly ForeignId[], by: string): Promise<number>
  /** Makes a list where there is none. @returns how many are on the list then */
  add(event: EventRef, ticketIds: readonly ForeignId[], by: string): Promise<number>
  /** @throws AppError guest_list.not_found */
  remove(event: EventRef): Promise<void>
  /** @throws AppError guest_list.not_found */
  list(event: EventRef, page: { after: ForeignId | null; limit: number }): Promise<GuestsPage>
}

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  guests: GuestsRepository
  clock: { now(): Date }
}

export function createGuestList({ transaction, guests, clock }: Needs): GuestList {
  const change = (event: EventRef, by: string, work: (tx: PoolConnection) => Promise<void>) =>
    transaction(async (tx) => {
      await guests.lockList(tx, event, { by, at: clock.now() })
      await work(tx)
      const count = await guests.count(tx, event)
      await guests.announce(tx, event, true)
      return count
    })

  return {
    replace: (event, ticketIds, by) =>
      change(event, by, async (tx) => {
        await guests.removeAll(tx, event)
        await guests.addAll(tx, event, ticketIds)
      }),

    add: (event, ticketIds, by) => change(event, by, (tx) => guests.addAll(tx, event, ticketIds)),

    remove: (event) =>
      transaction(async (tx) => {
        if (!(await guests.removeList(tx, event))) throw guestListNotFound()
        await guests.removeAll(tx, event)
        await guests.announce(tx, event, false)
      }),

    async list(event, { after, limit }) {
      const found = await guests.list(event, after, limit + 1)
      if (found === null) throw guestListNotFound()
      const ticketIds = found.slice(0, limit)
      return { ticketIds, next: found.length > limit ? (ticketIds.at(-1) ?? null) : null }
    },
  }
}
