import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt } from '../clients/ledger.ts'
import { judge } from '../verdict.ts'
import type { Evidence } from '../world/evidence.ts'

const title = 'drill-test-00001-end'
const created = { status: 201, id: 7, detail: '', retryAfterMs: null }
const silence = { status: null, id: null, detail: 'ECONNRESET', retryAfterMs: null }

type Sides = {
  remote?: number[]
  local?: number[]
  isDeclared?: boolean
  files?: string[]
  stored?: string[]
  echoes?: number
  more?: Partial<Attempt>
}

function judged(answers: Attempt['answers'], sides: Sides, fileSha256: string | null = null) {
  const { remote = [], local = [], isDeclared = false, files = [], stored = [], echoes = 0, more } = sides
  const evidence: Evidence = {
    remote: new Map([[title, remote.map((id) => ({ id, files, echoes }))]]),
    local: new Map([[title, local.map((invGateId) => ({ invGateId, source: 'werk', files }))]]),
    declared: new Map(isDeclared ? [[title, 'in_doubt: fits several']] : []),
    stored: new Set(stored),
  }
  const { lost, doubled } = judge(
    [
      {
        scenario: 'test',
        title,
        isKeyed: false,
        dialect: 'werk',
        fileSha256,
        answers,
        isReplied: null,
        ...more,
      },
    ],
    evidence,
  )
  return { lost: lost.map(({ what }) => what), doubled: doubled.length }
}

test('a created ticket that is once on either side is fine', () => {
  assert.deepEqual(judged([created], { remote: [7], local: [7] }), { lost: [], doubled: 0 })
})

test('a ticket that failed and is nowhere is fine', () => {
  assert.deepEqual(judged([silence], {}), { lost: [], doubled: 0 })
})

test('a created ticket that either side lacks is lost', () => {
  assert.deepEqual(judged([created], { local: [7] }).lost, ['was answered 201 and is not in InvGate'])
  assert.deepEqual(judged([created], { remote: [7] }).lost, ['was answered 201 and is not in MySQL'])
})

test('an incident without a ticket is lost unless an operator is told', () => {
  assert.equal(judged([silence], { remote: [7] }).lost.length, 1)
  assert.equal(judged([silence], { remote: [7], isDeclared: true }).lost.length, 0)
})

test('a ticket that is twice in InvGate is doubled, whatever its client was told', () => {
  assert.equal(judged([created], { remote: [7, 8], local: [7] }).doubled, 1)
  assert.equal(judged([silence], { remote: [7, 8], local: [7] }).doubled, 1)
})

test("an answer with another id than InvGate's is a loss", () => {
  assert.deepEqual(judged([created], { remote: [8], local: [8] }).lost, [
    'was answered with the id 7, InvGate has 8',
  ])
})

test('a file that is missing on disk is a loss', () => {
  const sides = { remote: [7], local: [7], files: ['abc'] }
  assert.deepEqual(judged([created], sides, 'abc').lost, ['has lost its file on disk'])
  assert.deepEqual(judged([created], { ...sides, stored: ['abc'] }, 'abc').lost, [])
})

test('a ticket of the Tickets dialect has our own id, and its reply is in InvGate once', () => {
  const sides = { remote: [7], local: [7], more: { dialect: 'tickets', isReplied: true } } as const
  const answer = { ...created, id: null }
  const both = { ...sides, remote: [...sides.remote], local: [...sides.local] }
  assert.deepEqual(judged([answer], { ...both, echoes: 1 }), { lost: [], doubled: 0 })
  assert.deepEqual(judged([answer], { ...both, echoes: 0 }).lost, ['has lost its reply'])
  assert.equal(judged([answer], { ...both, echoes: 2 }).doubled, 1)
})
