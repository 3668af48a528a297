import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { quick } from '../paces.ts'
import { isClean, report } from '../report.ts'
import { runDrill } from '../run-drill.ts'
import { scenarios } from '../scenarios/all.ts'

test('whatever fails, no ticket is lost and none is doubled: the short drill', async (context) => {
  const results = await runDrill({
    scenarios,
    pace: quick,
    keepsLogs: true,
    serviceFolder: join(import.meta.dirname, '../../ticket-service'),
    say: (line) => context.diagnostic(line),
    stopped: context.signal,
  })
  const table = report(results)
  context.diagnostic(table)
  assert.ok(isClean(results), table)
  for (const { scenario, verdict } of results) assert.ok(verdict.created > 0, `${scenario} created nothing`)
})
