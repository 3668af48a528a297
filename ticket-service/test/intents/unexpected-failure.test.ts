import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createPool, inTransaction } from '@werk/shared/database/pool'
import { createInvGateClient, type InvGateClient } from '@werk/shared/invgate/client'
import { invgateOptions } from '@werk/shared/invgate/options'
import { composeDeskParts } from '../../src/composition/desk-parts.ts'
import { composeIntents } from '../../src/composition/intents.ts'
import { createLocalAttachmentStore } from '../../src/infrastructure/local-attachment-store.ts'
import { createIntentsRepository } from '../../src/intents/intents.repository.ts'
import { alwaysOpen } from '../../src/sla/business-calendar.ts'
import { createCreateTicket } from '../../src/tickets/create-ticket.ts'
import { createStatusMap } from '../../src/tickets/ticket-status.ts'
import { createTicketsRepository } from '../../src/tickets/tickets.repository.ts'
import { assertSettled, countPosts, hasten, intentsOf } from '../kit/intents.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'

const caller = {
  sub: 'mara@example.com',
  email: 'mara@example.com',
  role: 'user',
  uid: null,
  tenantId: 1,
  name: null,
  invgateId: 77,
  sid: null,
  scopes: null,
} as const

/** Its parts, over a client that fails once in a way nobody foresaw when InvGate has the incident already. */
async function composeOverFaultyClient(t: TestContext) {
  const s = await startTicketService({ IN_DOUBT_SETTLE_MS: '1000' })
  // Only the parts below work on its intents.
  await s.app.close()
  const pool = createPool(s.config)
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const client = createInvGateClient({ ...invgateOptions(s.config), logger })
  let failures = 1
  const invgate: InvGateClient = {
    ...client,
    async createIncident(incident, files) {
      const created = await client.createIncident(incident, files)
      failures -= 1
      if (failures >= 0) throw new TypeError('a mistake of our own')
      return created
    },
  }
  const statusOf = createStatusMap(s.config.INVGATE_STATUS_MAP)
  const clock = { now: () => new Date() }
  const desk = composeDeskParts({
    ...{ config: s.config, pool, invgate, statusOf, clock },
    transaction: (work) => inTransaction(pool, work),
    findSlaTerms: async () => ({ policy: null, calendar: alwaysOpen }),
    tellOthers: async () => {},
  })
  const parts = {
    app: s.app,
    config: { ...s.config, SPOOL_DIR: join(s.folder, 'its-spool') },
    pool,
    invgate,
    attachmentStore: createLocalAttachmentStore({ directory: s.config.UPLOAD_DIR }),
    tickets: createTicketsRepository(pool),
    intents: createIntentsRepository(pool),
    ...{ statusOf, desk, clock },
  }
  const { journal, tasks } = composeIntents(parts)
  const createTicket = createCreateTicket({
    ...parts,
    journal,
    findCaller: async () => 77,
    defaults: { sourceId: 1, categoryId: 1, typeId: 1, priorityId: 1 },
  })
  t.after(async () => {
    await Promise.all(tasks.map((task) => task.stop()))
    client.close()
    await pool.end()
    await s.close()
  })
  return {
    ...s,
    start: () => tasks.forEach((task) => void task.start()),
    create: (title: string) =>
      createTicket({
        caller,
        tenantId: 1,
        request: { title, description: 'b' },
        files: [],
        key: null,
      }),
  }
}

test('a create that fails in a way nobody foresaw is in doubt, and is not sent again when InvGate has it', async (t) => {
  const s = await composeOverFaultyClient(t)
  await assert.rejects(s.create('unforeseen'), TypeError)
  assert.deepEqual(
    (await intentsOf(s, 'unforeseen')).map(({ state, lastError }) => [state, lastError]),
    [['in_doubt', 'it failed on our side: TypeError']],
  )
  await hasten(s)
  s.start()
  await assertSettled(s, 'unforeseen', 1)
  assert.equal(await countPosts(s), 1)
})

test('a resend that fails in a way nobody foresaw is in doubt, and is not sent again when InvGate has it', async (t) => {
  const s = await composeOverFaultyClient(t)
  await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'reset' }, times: 1 }])
  await assert.rejects(s.create('resent'))
  await sql(s.database, "UPDATE ticket_intents SET state = 'received', available_at = NOW(3)")
  s.start()
  await assertSettled(s, 'resent', 1)
  assert.equal(await countPosts(s), 2)
})
