import assert from 'node:assert/strict'
import { test } from 'node:test'
import { report, type ScenarioResult } from '../report.ts'
import type { Finding } from '../verdict.ts'

const findings = (count: number, what: (index: number) => string): Finding[] =>
  Array.from({ length: count }, (_, index) => ({
    title: `drill-test-${index}-end`,
    what: what(index),
    told: '409 {"error":"in use"}, '.repeat(40),
  }))

function resultOf(changes: Partial<ScenarioResult['verdict']>, broken: string[] = []): ScenarioResult {
  const verdict = {
    attempts: 9,
    created: 9,
    remote: 9,
    local: 9,
    inDoubt: [],
    lost: [],
    doubled: [],
    ...changes,
  }
  return { scenario: 'test', kills: 0, verdict, recoveryMs: 1000, broken }
}

/** What stands below the table of one scenario. */
const below = (result: ScenarioResult) => report([result]).split('\n').slice(3)

test('the report says of each lost ticket in one line what its client was told', () => {
  const [first, ...others] = below(resultOf({ lost: findings(1, () => 'is not in MySQL') }))
  assert.match(
    first ?? '',
    /^drill-test-0-end is not in MySQL; its client was told: 409 \{"error":"in use"\}/,
  )
  assert.deepEqual(others, [])
})

test('the report stays short, however much was found: at most 20 lines of 300 characters', () => {
  const lines = below(
    resultOf(
      {
        doubled: findings(500, (index) => `is in InvGate 2 times: ${index}, ${index + 1}`),
        lost: findings(300, (index) => `is lost as ${'abcdefghijklmnopqrstuvwxyz'[index % 26]}`),
        inDoubt: findings(100, (index) => `waits for an operator as ${index}`),
      },
      Array.from({ length: 4 }, (_, index) => `broken ${index} ${'x'.repeat(1000)}`),
    ),
  )
  assert.ok(lines.length <= 20, `${lines.length} lines`)
  for (const line of lines) assert.ok(line.length <= 300, line)
  assert.match(lines.at(-1) ?? '', /^and \d+ lines more$/)
})

test('the report shows a few tickets of each kind of finding, and counts the others', () => {
  const lines = below(
    resultOf({
      doubled: findings(7, (index) => `is in InvGate 2 times: ${index}, ${index + 1}`),
      lost: findings(1, () => 'is not in MySQL'),
    }),
  )
  assert.equal(lines.filter((line) => line.includes('its client was told')).length, 4)
  assert.equal(lines[3], 'and 4 more: is in InvGate N times: N, N')
  assert.match(lines[4] ?? '', /^drill-test-0-end is not in MySQL/)
})
