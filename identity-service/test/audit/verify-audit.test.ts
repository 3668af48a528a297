import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { query } from '../kit/calls.ts'

const { service, app, operator, makeUser } = await startAdministeredService()
after(() => service.close())

type Verdict = {
  valid: boolean
  good_entries: number
  head: { seq: number; hash: string }
  first_wrong: { seq: number; fault: string } | null
}
const verify = async () => dataOf<Verdict>(await ask(app, operator.token, 'GET', '/admin/audit/verify'))
const sql = (statement: string, values: unknown[] = []) => query(service, statement, values)

for (let n = 0; n < 4; n += 1) await makeUser('user')
// More than one chunk.
const many = await makeUser('user')
await Promise.all(
  Array.from({ length: 20 }, async () => {
    for (let n = 0; n < 26; n += 1)
      dataOf(await ask(app, many.token, 'PATCH', '/api/v1/profile', { body: { lastname: `L${n}` } }))
  }),
)
const { head } = await verify()

test('what was only appended is valid, however many wrote at once', async () => {
  assert.ok(head.seq > 500, `${head.seq} entries`)
  assert.deepEqual(await verify(), { valid: true, good_entries: head.seq, head, first_wrong: null })
})

/** Breaks the audit by SQL, and makes it whole again. */
async function tampered(breakIt: () => Promise<unknown>): Promise<Verdict> {
  await sql('CREATE TABLE kept AS SELECT * FROM audit_entries')
  try {
    await breakIt()
    return await verify()
  } finally {
    await sql('DELETE FROM audit_entries')
    await sql('INSERT INTO audit_entries SELECT * FROM kept')
    await sql('DROP TABLE kept')
  }
}

const columns = {
  action: "'account.made'",
  actor: "'somebody else'",
  actor_id: '4711',
  address: "'192.0.2.1'",
  at: 'at + INTERVAL 1 SECOND',
  details: 'NULL',
  request_id: "'another'",
  subject: "'user:1'",
  tenant_id: '7',
}
for (const [column, value] of Object.entries(columns)) {
  test(`another ${column} is found, in the first chunk and in a later one`, async () => {
    for (const seq of [12, head.seq - 3]) {
      const { valid, good_entries, first_wrong } = await tampered(() =>
        sql(`UPDATE audit_entries SET ${column} = ${value} WHERE seq = ?`, [seq]),
      )
      assert.deepEqual([valid, good_entries, first_wrong], [false, seq - 1, { seq, fault: 'changed' }])
    }
  })
}

test('a removed entry is found: the first, one between, the last', async () => {
  for (const seq of [1, 9, 500, 501, head.seq]) {
    const { first_wrong } = await tampered(() => sql('DELETE FROM audit_entries WHERE seq = ?', [seq]))
    assert.deepEqual(first_wrong, { seq, fault: 'missing' })
  }
})

test('two swapped entries are found', async () => {
  const { first_wrong } = await tampered(async () => {
    await sql('UPDATE audit_entries SET seq = 0 WHERE seq = 10')
    await sql('UPDATE audit_entries SET seq = 10 WHERE seq = 11')
    await sql('UPDATE audit_entries SET seq = 11 WHERE seq = 0')
  })
  assert.deepEqual(first_wrong, { seq: 10, fault: 'changed' })
})

test('an entry that was written anew with its own right hash breaks the chain after it, or at the head', async () => {
  const { auditHash } = await import('../../src/infrastructure/record-change.ts')
  for (const [seq, found] of [
    [20, { seq: 21, fault: 'out of order' }],
    [head.seq, { seq: head.seq, fault: 'changed' }],
  ] as const) {
    const { first_wrong } = await tampered(async () => {
      const rows = await query<Record<string, unknown>[]>(
        service,
        `SELECT seq, at, tenant_id AS tenantId, actor_id AS actorId, 'forged' AS actor, action, subject, address,
          request_id AS requestId, details, previous_hash AS previousHash FROM audit_entries WHERE seq = ?`,
        [seq],
      )
      const hash = auditHash({ ...rows[0] } as Parameters<typeof auditHash>[0])
      await sql("UPDATE audit_entries SET actor = 'forged', hash = ? WHERE seq = ?", [hash, seq])
    })
    assert.deepEqual(first_wrong, found)
  }
})

test('after all that it is whole, and an entry that is added is still good', async () => {
  await makeUser('user')
  const { valid, good_entries } = await verify()
  assert.deepEqual([valid, good_entries > head.seq], [true, true])
})
