/** Something on its way through a channel. `attempts` counts the one that is being made. */
export type Delivery = { id: string; attempts: number }

/** How an attempt ended. It is made again unless it came through or is `final`. */
export type Outcome = {
  delivered: boolean
  /** Why not, for people; null when it came through. */
  reason: string | null
  final: boolean
  /** Milliseconds that the other side asks to be left alone for. */
  retryAfterMs: number | null
  /** The other side's HTTP status, where there is one. */
  status: number | null
}

/** A way by which others are told, such as mail. */
export type Channel<D extends Delivery> = {
  name: string
  /** Tries once, in bounded time. It may be called again for what has come through already. A throw is tried again. */
  deliver(delivery: D): Promise<Outcome>
}

/** What became of an attempt. */
export type Settled = {
  state: 'delivered' | 'failed' | 'pending'
  reason: string | null
  /** Until the next attempt, where one follows. */
  delayMs: number
  status: number | null
  durationMs: number
}

/** Where a channel's deliveries are written down. */
export type DeliveryStore<D extends Delivery> = {
  /** Due ones that no other worker has, oldest first. @param busy what this worker is at */
  claimDue(limit: number, busy: readonly D[]): Promise<D[]>
  /** Does nothing when another worker has taken the delivery over meanwhile. */
  settle(delivery: D, settled: Settled): Promise<void>
  /** Removes old ones from the log. @returns how many; fewer than `limit` means that no more are left */
  purge(madeBefore: Date, limit: number): Promise<number>
}

export const cameThrough = (status: number | null = null): Outcome => ({
  delivered: true,
  reason: null,
  final: true,
  retryAfterMs: null,
  status,
})

export const didNot = (reason: string, more: Partial<Outcome> = {}): Outcome => ({
  delivered: false,
  reason,
  final: false,
  retryAfterMs: null,
  status: null,
  ...more,
})
