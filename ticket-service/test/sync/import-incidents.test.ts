import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { v7 as uuidv7 } from 'uuid'
import { createFileIntentSpool } from '../../src/infrastructure/file-intent-spool.ts'
import type { SpoolEntry } from '../../src/intents/intent-spool.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate, raiseInInvGate, roundsOf, runRound } from './rounds.ts'

describe('an incident that was raised in InvGate', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ ARMMADA_TIMEOUT_MS: '1500', IN_DOUBT_SETTLE_MS: '1000' })
  })
  beforeEach(() => s.sandbox.control.clearFaults())
  after(() => s.close())

  const agent = bearer({ sub: 'agent@example.com', role: 'agent' })
  const read = (id: number, headers: Record<string, string>) =>
    s.app.inject({ url: `/api/tickets/${id}`, headers })
  const create = (claims: Parameters<typeof bearer>[0], payload: object) =>
    s.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: bearer(claims),
      payload: { title: 't', description: 'd', ...payload },
    })
  const addUser = async (email: string): Promise<number> =>
    (await callInvGate(s, 'POST', 'user', { name: 'N', lastname: 'L', email })).id
  const rowsOf = (invGateId: number) =>
    sql(s.database, `SELECT id, tenant_id FROM tickets WHERE inv_gate_id = ${invGateId}`)

  it('becomes a ticket of tenant 1 with all that InvGate says, for agents alone', async () => {
    const id = await raiseInInvGate(s)
    assert.equal(await runRound(s), 'complete')
    const answer = await read(id, agent)
    assert.equal(answer.statusCode, 200)
    const { created_at: createdAt, updated_at: updatedAt, ...ticket } = answer.json()
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000 && updatedAt >= createdAt)
    assert.deepEqual(ticket, {
      id,
      title: 'raised in InvGate',
      description: 'by phone',
      source_id: 3,
      creator_id: 40,
      customer_id: 41,
      category_id: 3,
      type_id: 2,
      priority_id: 4,
      creator_email: '',
      status: 'open',
      attachments: [],
    })
    const list = await s.app.inject({ url: '/api/tickets', headers: agent })
    assert.ok(JSON.stringify(list.json()).includes(`"id":${id}`))
    for (const other of [
      bearer({ sub: 'somebody@example.com', invgate_id: 41 }),
      bearer({ sub: 'agent@example.com', role: 'agent', tenant_id: 2 }),
    ])
      assert.equal((await read(id, other)).statusCode, 404)
  })

  it('belongs to its customer, where InvGate confirms the e-mail that their own tickets tell', async () => {
    const customerId = await addUser('mara@example.com')
    assert.equal((await create({ sub: 'Mara@example.com' }, {})).json().customer_id, customerId)
    const id = await raiseInInvGate(s, { customer_id: customerId })
    await runRound(s)
    const answer = await read(id, bearer({ sub: 'mara@EXAMPLE.com' }))
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json().creator_email, 'Mara@example.com')
  })

  it('is not shown to somebody who only named its customer in a ticket', async () => {
    const customerId = await addUser('victim@example.com')
    await addUser('eve@example.com')
    const eve = { sub: 'eve@example.com' }
    assert.equal((await create(eve, { customer_id: customerId, creator_id: customerId })).statusCode, 201)
    const id = await raiseInInvGate(s, { customer_id: customerId })
    await runRound(s)
    assert.equal((await read(id, bearer(eve))).statusCode, 404)
    assert.equal((await read(id, agent)).json().creator_email, '')
  })

  it('becomes one ticket, however many replicas and rounds there are', async () => {
    const settings = { SYNC_INTERVAL_MS: 20, SYNC_IMPORT_AFTER_MS: 0 }
    const replicas = await Promise.all([s.startReplica(settings), s.startReplica(settings)])
    const ids = await Promise.all(Array.from({ length: 10 }, () => raiseInInvGate(s)))
    const imported = async () => (await Promise.all(ids.map(rowsOf))).flat().length
    await pollUntil('ten tickets', async () => ((await imported()) >= ids.length ? true : undefined))
    const lookedOf = async () =>
      (await Promise.all(replicas.map(roundsOf))).reduce((sum, { complete = 0 }) => sum + complete, 0)
    const looked = await lookedOf()
    await pollUntil('more rounds', async () => ((await lookedOf()) > looked + 3 ? true : undefined))
    assert.equal(await imported(), ids.length)
    await Promise.all(replicas.map((replica) => replica.close()))
  })

  it('is watched first: a create of ours has its time to be stored', async () => {
    const id = await raiseInInvGate(s)
    const settings = { SYNC_INTERVAL_MS: 20, SYNC_IMPORT_AFTER_MS: 500 }
    const replica = await s.startReplica(settings)
    const start = Date.now()
    await pollUntil('the ticket', async () => ((await rowsOf(id)).length > 0 ? true : undefined))
    assert.ok(Date.now() - start >= 450)
    assert.ok(((await roundsOf(replica)).complete ?? 0) > 2)
    await replica.close()
  })

  it('is known from one of ours whose answer is still awaited, and from one in doubt: no second ticket, none stolen', async () => {
    await s.sandbox.control.setFaults([
      { route: 'POST incidents', fault: { type: 'hang', when: 'after' }, times: 1 },
    ])
    const before = (await s.sandbox.control.incidents()).length
    const answer = create({ sub: 'hung@example.com', tenant_id: 2, invgate_id: 66 }, { title: 'in flight' })
    const incident = await pollUntil(
      'the incident',
      async () => (await s.sandbox.control.incidents())[before],
    )
    assert.equal(await runRound(s), 'complete')
    assert.deepEqual(await rowsOf(incident.id), [])
    assert.equal((await answer).statusCode, 502)
    assert.equal(await runRound(s), 'complete')
    assert.deepEqual(
      (await rowsOf(incident.id)).filter(({ tenant_id }) => tenant_id !== 2),
      [],
    )
    const linked = await pollUntil('the linked ticket', async () => (await rowsOf(incident.id))[0])
    assert.equal(linked.tenant_id, 2)
    await runRound(s)
    assert.deepEqual(await rowsOf(incident.id), [linked])
    assert.equal((await s.sandbox.control.incidents()).length, before + 1)
  })

  for (const outcome of ['known', 'unknown'] as const)
    it(`gives way to the ticket of ours that it turns out to be when another replica's disk comes back, its outcome being ${outcome}`, async () => {
      const title = `on a disk, ${outcome}`
      const invGateId = await raiseInInvGate(s, { title, creator_id: 50, customer_id: 50 })
      await runRound(s)
      assert.equal((await rowsOf(invGateId))[0]?.tenant_id, 1)

      const id = uuidv7()
      const ticket = {
        id,
        tenantId: 2,
        title,
        description: 'by phone',
        sourceId: 1,
        creatorId: 50,
        customerId: 50,
        categoryId: 1,
        typeId: 1,
        priorityId: 1,
        creatorEmail: 'spooled@example.com',
        creatorKey: 'spooled@example.com',
        userId: null,
        createdAt: new Date(),
      }
      const entry: SpoolEntry = {
        intent: {
          id,
          draft: { ticket, files: [] },
          state: 'sending',
          sentAt: new Date(),
          idempotencyId: null,
        },
        created: outcome === 'known' ? { id: invGateId, payload: {} } : null,
        withdrawn: false,
      }
      const directory = join(s.folder, `spool-${randomUUID()}`)
      const logger = { error: assert.fail }
      await createFileIntentSpool({ directory, maxEntries: 1, logger }).put(entry)
      const before = (await s.sandbox.control.incidents()).length
      const replica = await s.startReplica({ SPOOL_DIR: directory })
      await pollUntil('the ticket of tenant 2', async () =>
        (await rowsOf(invGateId)).find((row) => row.id === id),
      )
      await runRound(s)
      assert.deepEqual(await rowsOf(invGateId), [{ id, tenant_id: 2 }])
      assert.equal((await s.sandbox.control.incidents()).length, before)
      await replica.close()
    })
})
