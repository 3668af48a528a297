import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { quick } from '../paces.ts'
import { isClean } from '../report.ts'
import { runDrill } from '../run-drill.ts'
import { calm } from '../scenarios/calm.ts'
import { holdAt } from '../scenarios/hold-at.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { steps } from '../scenarios/steps.ts'

/** With clients at work, a ticket that is held, and the database away. */
const failing: Scenario = {
  name: 'failing',
  load: 'everybody',
  async run(drill) {
    const step = steps.find(({ side }) => side === 'desk')
    if (step === undefined) throw new Error('there is no such step any more')
    const [replica] = drill.world.replicas
    await holdAt(step, { isKeyed: true, withFile: true, replica }, drill)
    drill.world.database.cut()
    throw new Error('on purpose')
  },
}

test('a scenario that fails ends the drill, with its reason and what was found until then', async (context) => {
  const results = await runDrill({
    scenarios: [failing, calm],
    pace: quick,
    keepsLogs: false,
    serviceFolder: join(import.meta.dirname, '../../ticket-service'),
    say: () => {},
    stopped: context.signal,
  })
  assert.equal(isClean(results), false)
  assert.deepEqual(
    results.map(({ scenario, broken }) => ({ scenario, broken })),
    [{ scenario: 'failing', broken: ['broke off: on purpose'] }],
  )
  const [verdict] = results.map((result) => result.verdict)
  assert.ok(verdict && verdict.attempts > 0)
  assert.deepEqual([verdict.lost, verdict.doubled], [[], []])
})
