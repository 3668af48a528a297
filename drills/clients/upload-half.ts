import type { Replica } from '../world/replica.ts'
import type { Client } from './client.ts'
import type { Attempt } from './ledger.ts'

/**
 * Begins a ticket with a file; resolves when the replica has read the headers and half of the body is on its way.
 * @throws when it came to its end before
 */
export async function uploadHalf(
  client: Client | undefined,
  replica: Replica,
): Promise<{ sendRest(): void; done: Promise<Attempt> }> {
  if (client === undefined) throw new Error('a drill has clients')
  const { promise: half, resolve: onHalf } = Promise.withResolvers<void>()
  const { promise: rest, resolve: sendRest } = Promise.withResolvers<void>()
  const { done } = client.raise({ isKeyed: false, withFile: true, replica, upload: { onHalf, rest } })
  const isUnderWay = await Promise.race([half.then(() => true), done.then(() => false)])
  if (!isUnderWay) throw new Error('an upload was answered before it was there')
  return { sendRest, done }
}
