import { formOf } from '../clients/load.ts'
import { uploadHalf } from '../clients/upload-half.ts'
import type { Replica } from '../world/replica.ts'
import { holdAt } from './hold-at.ts'
import type { Drill, Scenario } from './scenario.ts'
import { steps } from './steps.ts'

/** `kill -9` at each step of a ticket under load: one side is held where it is, and the process dies waiting for it. */
export const killAtSteps: Scenario = {
  name: 'kill-at-steps',
  load: 'everybody',
  async run(drill) {
    const { world, pace, killAndRestart } = drill
    for (let round = 0; round < pace.stepRounds; round++) {
      for (const [index, step] of steps.entries()) {
        // The forms shift by one from round to round, so that each step meets each of them.
        const subject = { ...formOf(index + round), replica: world.replicas[index % 2 === 0 ? 0 : 1] }
        if ((await holdAt(step, subject, drill)) !== null) await killAndRestart(subject.replica)
      }
      await killWhileUploading(world.replicas[round % 2 === 0 ? 0 : 1], drill)
    }
  },
}

/** Half of the body is there, and the rest never comes. */
async function killWhileUploading(
  replica: Replica,
  { clients, pending, killAndRestart }: Drill,
): Promise<void> {
  const { done } = await uploadHalf(clients[0], replica)
  pending.push(done)
  await killAndRestart(replica)
}
