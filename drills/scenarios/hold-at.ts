import type { Wish } from '../clients/client.ts'
import type { Attempt } from '../clients/ledger.ts'
import type { Replica } from '../world/replica.ts'
import type { Drill } from './scenario.ts'
import type { Step } from './steps.ts'

export type Subject = Pick<Wish, 'isKeyed' | 'withFile'> & { replica: Replica }

/**
 * Raises one ticket and waits until it is held at the step.
 * @returns what breaks the connection that is held; or null where the ticket took a way that leads past the step,
 * which is noted as missed
 */
export async function holdAt(step: Step, subject: Subject, drill: Drill): Promise<(() => void) | null> {
  const { clients, world, pending, missed } = drill
  const [client] = clients
  if (client === undefined) throw new Error('a drill has clients')
  const { holds } = world[step.side]
  const { attempt, done } = client.raise(subject)
  pending.push(done)
  const breakOff = await Promise.race([holds.arm({ ...step.hold, mark: attempt.title }), hasAnswer(done)])
  if (breakOff !== null) return breakOff
  holds.disarm()
  missed.push(`${attempt.title} passed by this: ${step.name}`)
  return null
}

async function hasAnswer(done: Promise<Attempt>): Promise<null> {
  await done
  return null
}
