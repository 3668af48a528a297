import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quick } from '../paces.ts'
import { runDrill } from '../run-drill.ts'
import { type SabotageName, sabotagedCopy } from '../sabotage/sabotage.ts'
import { invgateFaults } from '../scenarios/invgate-faults.ts'
import { killAtSteps } from '../scenarios/kill-at-steps.ts'
import type { Scenario } from '../scenarios/scenario.ts'

test('a service that writes no intent down is caught losing tickets', async (context) => {
  const { lost } = await drillSabotaged('intents', killAtSteps, context)
  assert.ok(lost.some(({ what }) => what.startsWith('is in InvGate, not in MySQL')))
})

test('a service that does not look up what is in doubt is caught doubling tickets', async (context) => {
  const { doubled } = await drillSabotaged('lookup', invgateFaults, context)
  assert.ok(doubled.some(({ what }) => what.startsWith('is in InvGate 2 times')))
})

async function drillSabotaged(name: SabotageName, scenario: Scenario, context: TestContext) {
  const { serviceFolder, remove } = sabotagedCopy(name)
  context.after(remove)
  const [result] = await runDrill({
    scenarios: [scenario],
    pace: quick,
    settleEach: false,
    keepsLogs: false,
    serviceFolder,
    say: () => {},
    stopped: context.signal,
  })
  if (result === undefined) throw new Error('no result')
  return result.verdict
}
