import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quick } from '../paces.ts'
import { runDrill } from '../run-drill.ts'
import { type SabotageName, sabotagedCopy } from '../sabotage/sabotage.ts'
import { holdAt } from '../scenarios/hold-at.ts'
import type { Drill, Scenario } from '../scenarios/scenario.ts'
import { steps } from '../scenarios/steps.ts'

test('a service that writes no intent down is caught losing tickets', async (context) => {
  const { lost, doubled } = await drillSabotaged('intents', killed, context)
  assert.deepEqual(
    lost.map(({ what }) => what),
    ['is in InvGate, not in MySQL, and nobody is told'],
  )
  assert.deepEqual(doubled, [])
})

test('a service that does not look up what is in doubt is caught doubling tickets', async (context) => {
  const { doubled } = await drillSabotaged('lookup', brokenOff, context)
  assert.equal(doubled.length, 1)
  assert.match(doubled[0]?.what ?? '', /^is in InvGate 2 times/)
})

/** The process dies when InvGate has the ticket and has not been heard. */
const killed: Scenario = {
  name: 'killed',
  load: 'nobody',
  async run(drill) {
    await holdAnswer(drill)
    await drill.killAndRestart(drill.world.replicas[0])
  },
}

/** InvGate has the ticket, and its answer is lost on the way. */
const brokenOff: Scenario = {
  name: 'broken-off',
  load: 'nobody',
  async run(drill) {
    const breakOff = await holdAnswer(drill)
    breakOff?.()
  },
}

function holdAnswer(drill: Drill): Promise<(() => void) | null> {
  const step = steps.find(({ side, what }) => side === 'desk' && what === 'answer')
  if (step === undefined) throw new Error('there is no such step any more')
  const [replica] = drill.world.replicas
  return holdAt(step, { isKeyed: false, withFile: false, replica }, drill)
}

async function drillSabotaged(name: SabotageName, scenario: Scenario, context: TestContext) {
  const { serviceFolder, remove } = sabotagedCopy(name)
  context.after(remove)
  const [result] = await runDrill({
    scenarios: [scenario],
    pace: quick,
    keepsLogs: false,
    serviceFolder,
    say: () => {},
    stopped: context.signal,
  })
  if (result === undefined) throw new Error('no result')
  assert.deepEqual(result.broken, [])
  return result.verdict
}
