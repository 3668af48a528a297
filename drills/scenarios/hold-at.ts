import type { Wish } from '../clients/client.ts'
import type { Replica } from '../world/replica.ts'
import type { Drill } from './scenario.ts'
import type { Step } from './steps.ts'

export type Subject = Pick<Wish, 'isKeyed' | 'withFile'> & { replica: Replica }

const mostTries = 4

/**
 * Raises one ticket and waits until it is held at the step. One that passed by the step is followed by another: at the
 * database's steps with a key, which a replica never takes another way, whatever it believes of the database.
 * @returns what breaks the connection that is held; or null where none came to the step, which is noted as missed
 */
export async function holdAt(step: Step, subject: Subject, drill: Drill): Promise<(() => void) | null> {
  const { clients, world, pending, missed } = drill
  const [client] = clients
  if (client === undefined) throw new Error('a drill has clients')
  const { holds } = world[step.side]
  const told: string[] = []
  for (let tries = 0; tries < mostTries; tries++) {
    const isKeyed = subject.isKeyed || (tries > 0 && step.side === 'database')
    const { attempt, done } = client.raise({ ...subject, isKeyed })
    pending.push(done)
    const held = holds.arm({ ...step.hold({ isKeyed }), what: step.what, mark: attempt.title })
    const breakOff = await Promise.race([held, done.then(() => null)])
    if (breakOff !== null) return breakOff
    holds.disarm()
    told.push(attempt.answers.map(({ status, detail }) => `${status} ${detail.slice(0, 80)}`).join(' | '))
  }
  missed.push(`no ticket came to this: ${step.name} (they were told: ${told.join('; ')})`)
  return null
}
