import { setTimeout as pause } from 'node:timers/promises'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import { backOffMs } from './back-off.ts'
import { type Channel, type Delivery, type DeliveryStore, didNot, type Settled } from './channel.ts'

type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

type Options<D extends Delivery> = {
  channel: Channel<D>
  store: Pick<DeliveryStore<D>, 'claimDue' | 'settle'>
  /** Deliveries under way at the same time. */
  slots: number
  /** Claimed at once. */
  batch: number
  onSettled(channel: string, state: Settled['state']): void
  logger: Logger
}

export type DeliveryWorker<D extends Delivery> = PeriodicTask & {
  /** Makes one attempt at what the caller has claimed, and writes down how it ended. */
  attempt(delivery: D): Promise<Settled>
}

const pollMs = 1000

/**
 * Delivers what is due through a channel. Replicas share the work; what fails comes again later and later, and is given up
 * after about a day. One that is slow holds up nothing but its slot.
 */
export function createDeliveryWorker<D extends Delivery>(options: Options<D>): DeliveryWorker<D> {
  const { channel, store, slots, batch, onSettled, logger } = options
  const underWay = new Map<Promise<unknown>, D>()
  let stopped = false

  async function attempt(delivery: D): Promise<Settled> {
    const fields = { channel: channel.name, delivery: delivery.id, attempt: delivery.attempts }
    const settled = await tryOnce(channel, delivery)
    await store.settle(delivery, settled)
    onSettled(channel.name, settled.state)
    const { state, reason, status, durationMs: duration_ms } = settled
    if (state === 'delivered') logger.info({ ...fields, status, duration_ms }, 'delivered')
    else
      logger.warn(
        {
          ...fields,
          status,
          duration_ms,
          reason,
          ...(state === 'pending' && { retry_in_ms: settled.delayMs }),
        },
        state === 'failed' ? 'not delivered, given up' : 'not delivered, it will be tried again',
      )
    return settled
  }

  function begin(delivery: D): void {
    const work = attempt(delivery)
      .catch((err) =>
        logger.warn({ err, delivery: delivery.id }, 'how a delivery ended was not written down'),
      )
      .finally(() => underWay.delete(work))
    underWay.set(work, delivery)
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const free = Math.min(batch, slots - underWay.size)
      const due = free > 0 ? await store.claimDue(free, [...underWay.values()]) : []
      for (const delivery of due) begin(delivery)
      if (due.length > 0) continue
      if (underWay.size === 0) return
      // What ends makes room for what had to wait for it; what never ends must not keep the rest waiting.
      await Promise.race([...underWay.keys(), pause(pollMs, undefined, { ref: false })])
    }
  }

  const task = createPeriodicTask({ name: `deliveries.${channel.name}`, everyMs: pollMs, run, logger })
  return {
    attempt,
    start: task.start,
    async stop() {
      stopped = true
      await task.stop()
      await Promise.all(underWay.keys())
    },
  }
}

async function tryOnce<D extends Delivery>(channel: Channel<D>, delivery: D): Promise<Settled> {
  const begun = performance.now()
  const outcome = await channel
    .deliver(delivery)
    .catch((error: unknown) => didNot(error instanceof Error ? error.message : String(error)))
  const { reason, status } = outcome
  const durationMs = Math.round(performance.now() - begun)
  const delayMs = outcome.final ? null : backOffMs(delivery.attempts, outcome.retryAfterMs)
  const settled = { reason, status, durationMs, delayMs: delayMs ?? 0 }
  if (outcome.delivered) return { ...settled, state: 'delivered' }
  return { ...settled, state: delayMs === null ? 'failed' : 'pending' }
}
