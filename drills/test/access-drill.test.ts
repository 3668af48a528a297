import assert from 'node:assert/strict'
import { before, suite, test } from 'node:test'
import { accessReport } from '../access/access-report.ts'
import { type AccessScenario, quickAccess } from '../access/access-scenario.ts'
import { revocation } from '../access/revocation.ts'
import { rotateAtOnce, rotateSecret } from '../access/rotate-secret.ts'
import { type AccessResult, isAccessClean, runAccessDrill } from '../access/run-access-drill.ts'

/** It leaves tokens behind that not everybody accepts, so it comes last. */
const sabotaged: AccessScenario = { ...rotateAtOnce, name: 'sabotaged' }

suite('the short drill of tokens', () => {
  let results: AccessResult[]

  before(async () => {
    results = await runAccessDrill({
      scenarios: [rotateSecret, revocation, sabotaged],
      pace: quickAccess,
      keepsLogs: false,
      say: () => {},
      stopped: new AbortController().signal,
    })
  })

  test('the token secret is rotated under load without one 401', (t) => {
    const result = told(t, results, rotateSecret)
    assert.ok(isAccessClean([result]), accessReport([result]))
    assert.deepEqual([result.tally.unauthorized, result.tally.failures, result.restarts], [0, 0, 12])
    assert.ok(result.tally.requests > 200)
  })

  test('what ends on identity ends on every replica within 5 seconds, whatever restarts', (t) => {
    const result = told(t, results, revocation)
    assert.ok(isAccessClean([result]), accessReport([result]))
    assert.equal(result.lags.length, 4 * 18)
  })

  test('a rotation that skips its first step is caught by its 401s', (t) => {
    const result = told(t, results, sabotaged)
    assert.ok(result.tally.unauthorized > 0)
    assert.equal(isAccessClean([result]), false)
  })
})

function told(
  t: { diagnostic(message: string): void },
  results: AccessResult[],
  { name }: AccessScenario,
): AccessResult {
  const result = results.find(({ scenario }) => scenario === name)
  assert.ok(result, `an earlier scenario broke off: ${accessReport(results)}`)
  t.diagnostic(accessReport([result]))
  return result
}
