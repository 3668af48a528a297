import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { startGate } from '../kit/gate.ts'
import { assertSettled, countPosts, hasten, incidentsOf, intentsOf, rowsOf } from '../kit/intents.ts'
import { mara, postTicket } from '../kit/post-ticket.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'

const lostAnswers: [string, Fault][] = [
  ['a reset after', { type: 'reset', when: 'after' }],
  ['a hang after', { type: 'hang', when: 'after' }],
  ['html after', { type: 'html', when: 'after' }],
  ['a 500 after', { type: 'status', status: 500, when: 'after' }],
  ['a truncated answer', { type: 'truncate' }],
]
const lostRequests: [string, Fault][] = [
  ['a reset before', { type: 'reset' }],
  ['a hang before', { type: 'hang' }],
  ['html before', { type: 'html' }],
  ['a 500 before', { type: 'status', status: 500 }],
]
const lostAnswer: Fault = { type: 'reset', when: 'after' }
const lostRequest: Fault = { type: 'reset' }

/** Each test has a service of its own, so that they wait at the same time. */
async function start(test: TestContext) {
  const s = await startTicketService({ ARMMADA_TIMEOUT_MS: '3000', IN_DOUBT_SETTLE_MS: '1000' })
  test.after(() => s.close())
  const strikeOnce = (fault: Fault) =>
    s.sandbox.control.setFaults([{ route: 'POST incidents', fault, times: 1 }])
  return {
    ...s,
    strikeOnce,
    staged: () => filesBelow(join(s.config.UPLOAD_DIR, 'staging')),
    /** Raises a ticket that InvGate does not answer for. One in doubt is not due until it is hastened: what strikes the next is for that. */
    async raise(title: string, fault: Fault, app = s.app) {
      await strikeOnce(fault)
      const answer = await postTicket(app, { title, content: `content of ${title}` })
      assert.equal(answer.statusCode, 502, answer.body)
      await sql(
        s.database,
        "UPDATE ticket_intents SET available_at = NOW(3) + INTERVAL 1 HOUR WHERE attempts = 0 AND state = 'in_doubt'",
      )
    },
    async assertDownload(title: string) {
      const [id] = await rowsOf(s, title)
      const detail = await s.app.inject({ url: `/api/tickets/${id}`, headers: mara })
      assert.equal(detail.statusCode, 200, detail.body)
      const download = await s.app.inject({ url: detail.json().attachments[0].url, headers: mara })
      assert.equal(download.body, `content of ${title}`)
    },
    async createByHand(title: string) {
      const { url, username, password } = s.sandbox
      const ids = { creator_id: 77, customer_id: 77, category_id: 1, type_id: 1, priority_id: 2 }
      const response = await fetch(`${url}incidents`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${btoa(`${username}:${password}`)}`,
        },
        body: JSON.stringify({ title, description: 'b', ...ids }),
      })
      assert.equal(response.status, 201)
    },
    /** A second intent like the one there is, in `sending` with a lease of so many seconds. */
    async copyIntent(title: string, leaseSeconds: number) {
      const [intent] = await intentsOf(s, title)
      const copy = '01999999-9999-7999-8999-999999999999'
      await sql(
        s.database,
        `INSERT INTO ticket_intents (id, tenant_id, state, match_key, draft, sends, sent_at, available_at)
          SELECT '${copy}', tenant_id, 'sending', match_key, REPLACE(draft, id, '${copy}'), 1, sent_at,
            NOW(3) + INTERVAL ${leaseSeconds} SECOND FROM ticket_intents WHERE id = '${intent?.id}'`,
      )
      return copy
    },
  }
}

describe('a ticket in doubt', { concurrency: 4 }, () => {
  it('that InvGate has is linked to it, whatever became of the answer: one incident, one row, the file kept', async (test) => {
    const s = await start(test)
    for (const [title, fault] of lostAnswers) await s.raise(title, fault)
    await hasten(s)
    for (const [title] of lostAnswers) {
      await assertSettled(s, title, 1)
      await s.assertDownload(title)
    }
    assert.equal(await countPosts(s), lostAnswers.length)
    assert.deepEqual(await s.staged(), [])
  })

  it('that InvGate does not have is sent once more when the window is over: one incident, one row, the file kept', async (test) => {
    const s = await start(test)
    for (const [title, fault] of lostRequests) await s.raise(title, fault)
    assert.equal(await countPosts(s), lostRequests.length)
    assert.equal((await s.staged()).length, lostRequests.length)
    await hasten(s)
    for (const [title] of lostRequests) {
      await assertSettled(s, title, 1)
      await s.assertDownload(title)
      assert.equal((await incidentsOf(s, title))[0]?.attachments.length, 1)
    }
    assert.equal(await countPosts(s), 2 * lostRequests.length)
    assert.deepEqual(await s.staged(), [])
  })

  it('of many at once is looked up by reading what InvGate lists once for all of them', async (test) => {
    const s = await start(test)
    const titles = Array.from({ length: 12 }, (_, index) => `at once ${index}`)
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: lostAnswer, times: titles.length }])
    await Promise.all(titles.map((title) => postTicket(s.app, { title, content: `content of ${title}` })))
    const listings = async () =>
      (await s.sandbox.control.requests()).filter(({ route }) =>
        ['GET incidents.last.hour', 'GET incidents.by.customer'].includes(route),
      ).length
    const before = await listings()
    await hasten(s)
    for (const title of titles) await assertSettled(s, title, 1)
    // They may come due in two rounds, of two listings each.
    assert.ok((await listings()) - before <= 4, `${await listings()} listings`)
  })

  it('is settled with two connections to the database, while the sync imports and an operator links', async (test) => {
    const s = await start(test)
    const narrow = await s.startReplica({
      DATABASE_POOL_SIZE: 2,
      SYNC_INTERVAL_MS: 20,
      SYNC_IMPORT_AFTER_MS: 0,
    })
    await s.app.close()
    const titles = Array.from({ length: 6 }, (_, index) => `narrow ${index}`)
    for (const title of titles) await s.raise(title, lostAnswer, narrow)
    for (let index = 0; index < 6; index += 1) await s.createByHand(`by hand ${index}`)
    await hasten(s)
    for (const title of titles) await assertSettled(s, title, 1)
    await eventually(async () => {
      const rows = await sql(s.database, "SELECT id FROM tickets WHERE title LIKE 'by hand %'")
      assert.equal(rows.length, 6)
    })
    assert.deepEqual(
      s.logLines.filter((line) => line.includes('pool timeout')),
      [],
    )
    await narrow.close()
  })

  it('is not sent again within the window', async (test) => {
    const s = await start(test)
    const patient = await s.startReplica({ IN_DOUBT_SETTLE_MS: 60_000 })
    await s.app.close()
    await s.raise('patient', lostRequest, patient)
    await hasten(s)
    await eventually(async () => {
      const [row] = await sql(s.database, 'SELECT attempts FROM ticket_intents')
      assert.ok(Number(row?.attempts) >= 2)
    })
    assert.equal(await countPosts(s), 1)
    await patient.close()
    s.app = await s.startReplica({ SPOOL_DIR: s.config.SPOOL_DIR })
    await assertSettled(s, 'patient', 1)
  })

  it('with a twin that was answered is linked to the other incident: two incidents, two rows', async (test) => {
    const s = await start(test)
    assert.equal((await postTicket(s.app, { title: 'twins' })).statusCode, 201)
    await s.raise('twins', lostAnswer)
    await hasten(s)
    await assertSettled(s, 'twins', 2)
  })

  it('with a stored twin does not take the incident of that: it is sent again', async (test) => {
    const s = await start(test)
    assert.equal((await postTicket(s.app, { title: 'again' })).statusCode, 201)
    await s.raise('again', lostRequest)
    await hasten(s)
    await assertSettled(s, 'again', 2)
    assert.equal(await countPosts(s), 3)
  })

  it('with a twin in doubt too: two incidents, two rows, whichever of them InvGate has', async (test) => {
    const s = await start(test)
    await s.raise('either', lostRequest)
    await s.raise('either', lostAnswer)
    await hasten(s)
    await assertSettled(s, 'either', 2)
    assert.equal(await countPosts(s), 3)
  })

  it('which several incidents fit waits for an operator, and nothing is sent', async (test) => {
    const s = await start(test)
    await s.raise('ambiguous', lostAnswer)
    await s.createByHand('ambiguous')
    const posts = await countPosts(s)
    await hasten(s)
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'ambiguous')
      assert.equal(intent?.state, 'in_doubt')
      assert.ok(intent.parked)
      assert.match(intent.lastError, /^fits several incidents: \d+, \d+$/)
    })
    assert.equal(await countPosts(s), posts)
    assert.equal((await incidentsOf(s, 'ambiguous')).length, 2)
    assert.deepEqual(await rowsOf(s, 'ambiguous'), [])
  })

  it('with a twin still under way waits for that: the incident may be the twin’s', async (test) => {
    const s = await start(test)
    await s.raise('under way', lostAnswer)
    const twin = await s.copyIntent('under way', 60)
    const lookedUp = () => s.logLines.filter((line) => line.includes('"verdict":"wait"')).length
    const looked = lookedUp()
    await hasten(s)
    await eventually(async () => assert.ok(lookedUp() > looked))
    assert.deepEqual(await rowsOf(s, 'under way'), [])
    await sql(s.database, `DELETE FROM ticket_intents WHERE id = '${twin}'`)
    await assertSettled(s, 'under way', 1)
  })

  it('is left for later while InvGate cannot be asked, and settled after that', async (test) => {
    const s = await start(test)
    await s.raise('later', lostAnswer)
    await s.sandbox.control.setFaults([{ route: '*', fault: { type: 'status', status: 503 } }])
    await hasten(s)
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'later')
      assert.match(intent?.lastError ?? '', /^Service Unavailable$/)
    })
    assert.equal(await countPosts(s), 1)
    await s.sandbox.control.clearFaults()
    await assertSettled(s, 'later', 1)
  })

  it('of a process that died while InvGate was asked is taken up when its lease is over', async (test) => {
    const s = await start(test)
    await s.raise('died', lostAnswer)
    const copy = await s.copyIntent('died', -1)
    await sql(s.database, `DELETE FROM ticket_intents WHERE id <> '${copy}'`)
    await assertSettled(s, 'died', 1)
    const [row] = await sql(s.database, `SELECT id FROM tickets WHERE title = 'died'`)
    assert.equal(row?.id, copy)
    assert.equal(await countPosts(s), 1)
  })

  it('of a process that was only slow is taken up once all the same', async (test) => {
    const s = await start(test)
    const gate = await startGate(s.sandbox.url)
    test.after(() => gate.close())
    const slow = await s.startReplica({ ARMMADA_TIMEOUT_MS: 60_000, ARMMADA_BASE_URL: gate.url })
    const answer = postTicket(slow, { title: 'slow', content: 'content of slow' })
    await gate.arrived
    await s.createByHand('slow')
    const [byHand] = await incidentsOf(s, 'slow')
    await sql(s.database, 'UPDATE ticket_intents SET available_at = NOW(3)')
    await eventually(async () => assert.deepEqual(await rowsOf(s, 'slow'), [byHand?.id]))
    gate.open()
    assert.equal((await answer).statusCode, 201)
    assert.deepEqual(await rowsOf(s, 'slow'), [byHand?.id])
    assert.deepEqual(await intentsOf(s, 'slow'), [])
    await s.assertDownload('slow')
    await slow.close()
  })

  it('is worked on by one of two replicas: of 24, half of which InvGate has, each is there once', async (test) => {
    const s = await start(test)
    const replica = await s.startReplica()
    const titles = Array.from({ length: 24 }, (_, index) => `shared ${index}`)
    for (const [index, title] of titles.entries())
      await s.raise(title, index % 2 === 0 ? lostAnswer : lostRequest, index % 3 === 0 ? replica : s.app)
    await s.sandbox.control.clearFaults()
    await hasten(s)
    await eventually(
      async () => assert.deepEqual(await sql(s.database, 'SELECT id FROM ticket_intents'), []),
      20_000,
    )
    for (const title of titles) await assertSettled(s, title, 1)
    assert.equal(await countPosts(s), 36)
    await replica.close()
  })

  it('that was sent twice and is never found waits for an operator, with its file', async (test) => {
    const s = await start(test)
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: lostRequest }])
    assert.equal((await postTicket(s.app, { title: 'never', content: 'x' })).statusCode, 502)
    await hasten(s)
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'never')
      assert.equal(intent?.state, 'failed')
      assert.ok(intent.parked)
      assert.equal(intent.sends, 2)
      assert.equal(intent.lastError, 'was sent twice and is not in InvGate')
    })
    assert.equal(await countPosts(s), 2)
    assert.equal((await s.staged()).length, 1)
  })

  it('that InvGate refuses when it is sent again waits for an operator', async (test) => {
    const s = await start(test)
    await s.raise('refused', lostRequest)
    await s.strikeOnce({
      type: 'status',
      status: 428,
      body: { error: 'category_id is invalid', status: 428 },
    })
    await hasten(s)
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'refused')
      assert.equal(intent?.state, 'failed')
      assert.ok(intent.parked)
      assert.equal(intent.lastError, 'category_id is invalid')
    })
    assert.equal(await countPosts(s), 2)
  })

  it('is sent again later when InvGate asks for patience at the second time', async (test) => {
    const s = await start(test)
    await s.raise('patience', lostRequest)
    await s.strikeOnce({ type: 'status', status: 429, retry_after: 1 })
    await hasten(s)
    await assertSettled(s, 'patience', 1)
    assert.equal(await countPosts(s), 3)
  })

  it('that InvGate refused by its status when it was sent again waits for an operator, once it is not found there', async (test) => {
    const s = await start(test)
    await s.raise('denied again', lostRequest)
    await s.strikeOnce({ type: 'error_status', info: 'no such category' })
    await hasten(s)
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'denied again')
      assert.deepEqual([intent?.state, intent?.parked], ['refused', false])
    })
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'denied again')
      assert.deepEqual(
        [intent?.state, intent?.parked, intent?.lastError],
        ['failed', true, 'no such category'],
      )
    })
    assert.equal(await countPosts(s), 2)
    assert.equal((await s.staged()).length, 1)
  })

  it('that InvGate has though it refused it when it was sent again is linked', async (test) => {
    const s = await start(test)
    await s.raise('denied again', lostRequest)
    await s.strikeOnce({ type: 'error_status', info: 'mail failed', when: 'after' })
    await hasten(s)
    await assertSettled(s, 'denied again', 1)
    await s.assertDownload('denied again')
    assert.equal(await countPosts(s), 2)
  })

  it('whose incident turns out to be another ticket’s is in doubt again, and sent in the end', async (test) => {
    const s = await start(test)
    const taken = (await postTicket(s.app, { title: 'taken' })).json().id
    await s.raise('mistaken', lostRequest)
    await sql(
      s.database,
      `UPDATE ticket_intents SET state = 'created', inv_gate_id = ${taken}, payload = '{}', available_at = NOW(3)`,
    )
    await assertSettled(s, 'mistaken', 1)
    await s.assertDownload('mistaken')
    assert.equal((await incidentsOf(s, 'mistaken'))[0]?.attachments.length, 1)
    await assertSettled(s, 'taken', 1)
  })
})

describe('a ticket that InvGate refused by its status', { concurrency: 4 }, () => {
  const no: Fault = { type: 'error_status', info: 'no such category' }
  const noAfter: Fault = { type: 'error_status', info: 'mail failed', when: 'after' }
  const idOf = async (s: Awaited<ReturnType<typeof start>>, title: string) =>
    (await incidentsOf(s, title)).map(({ id }) => id)

  it('and has all the same is linked: one incident, one row, the file kept', async (test) => {
    const s = await start(test)
    await s.raise('has it', noAfter)
    await assertSettled(s, 'has it', 1)
    await s.assertDownload('has it')
    assert.equal(await countPosts(s), 1)
    assert.deepEqual(await s.staged(), [])
  })

  it('and does not have is gone without a trace, and never sent again', async (test) => {
    const s = await start(test)
    await s.raise('does not', no)
    await eventually(async () => assert.deepEqual(await intentsOf(s, 'does not'), []))
    assert.equal(await countPosts(s), 1)
    await eventually(async () => assert.deepEqual(await s.staged(), []))
    assert.deepEqual(await sql(s.database, 'SELECT id FROM tickets'), [])
  })

  it('and that was raised anew meanwhile does not take the incident of that', async (test) => {
    const s = await start(test)
    await s.raise('anew', no)
    assert.equal((await postTicket(s.app, { title: 'anew' })).statusCode, 201)
    await assertSettled(s, 'anew', 1)
  })

  it('leaves the incident to a twin in doubt, which would be sent again without it', async (test) => {
    const s = await start(test)
    await s.raise('twin', no)
    await s.raise('twin', lostAnswer)
    // Only the one that was refused is due.
    await sql(
      s.database,
      `UPDATE ticket_intents SET available_at = IF(state = 'refused', NOW(3), NOW(3) + INTERVAL 4 SECOND),
         sent_at = sent_at - INTERVAL 1 MINUTE`,
    )
    await eventually(async () => assert.ok(s.logLines.some((line) => line.includes('"verdict":"wait"'))))
    assert.deepEqual(await rowsOf(s, 'twin'), [])
    await assertSettled(s, 'twin', 1)
    assert.equal(await countPosts(s), 2)
  })

  it('and that several incidents fit waits for an operator as in doubt', async (test) => {
    const s = await start(test)
    await s.raise('several', noAfter)
    await s.createByHand('several')
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'several')
      assert.deepEqual([intent?.state, intent?.parked], ['in_doubt', true])
      assert.match(intent?.lastError ?? '', /^fits several incidents/)
    })
  })

  it('and whose incident turns out to be another ticket’s is refused still: never sent again', async (test) => {
    const s = await start(test)
    const taken = (await postTicket(s.app, { title: 'taken' })).json().id
    await s.raise('mistaken', no)
    await sql(
      s.database,
      `UPDATE ticket_intents SET inv_gate_id = ${taken}, payload = '{}', available_at = NOW(3)`,
    )
    await eventually(async () => assert.deepEqual(await intentsOf(s, 'mistaken'), []))
    assert.deepEqual(await idOf(s, 'mistaken'), [])
    assert.equal(await countPosts(s), 2)
    await assertSettled(s, 'taken', 1)
  })

  it('is looked up again when InvGate cannot be asked, and keeps the reason of its refusal', async (test) => {
    const s = await start(test)
    await s.raise('later', noAfter)
    await s.sandbox.control.setFaults([{ route: '*', fault: { type: 'status', status: 503 } }])
    await eventually(async () =>
      assert.ok(s.logLines.some((line) => line.includes('an intent is left for later'))),
    )
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'later')
      assert.deepEqual([intent?.state, intent?.lastError], ['refused', 'mail failed'])
    })
    await s.sandbox.control.clearFaults()
    await assertSettled(s, 'later', 1)
    assert.equal(await countPosts(s), 1)
  })
})
