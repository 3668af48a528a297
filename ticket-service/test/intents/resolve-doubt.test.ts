import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type RunningSandbox, startSandbox } from '@werk/invgate-sandbox/start'
import { createPool, inTransaction, type Pool } from '@werk/shared/database/pool'
import { createInvGateClient, type InvGateClient } from '@werk/shared/invgate/client'
import { createTestDatabase, type TestDatabase } from '@werk/shared/test-kit/database'
import { v7 as uuidv7 } from 'uuid'
import { createInTurn } from '../../src/infrastructure/in-turn.ts'
import { createIncidentListings } from '../../src/intents/incident-listings.ts'
import { createIntentsRepository, type IntentsRepository } from '../../src/intents/intents.repository.ts'
import { createResolveDoubt, type Verdict } from '../../src/intents/resolve-doubt.ts'
import type { Draft, TicketIntent } from '../../src/intents/ticket-intent.ts'
import { createTicketsRepository } from '../../src/tickets/tickets.repository.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const minute = 60_000
const settleMs = 30_000

describe('what became of a ticket in doubt', () => {
  let database: TestDatabase
  let sandbox: RunningSandbox
  let invgate: InvGateClient
  let pool: Pool
  let poolOfReplica: Pool
  let intents: IntentsRepository
  before(async () => {
    ;[database, sandbox] = await Promise.all([
      createTestDatabase(join(import.meta.dirname, '../..')),
      startSandbox(),
    ])
    const { url: baseUrl, username, password } = sandbox
    invgate = createInvGateClient({ baseUrl, username, password, logger: silent })
    const config = {
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: 2,
      DATABASE_ACQUIRE_TIMEOUT_MS: 2000,
      DATABASE_STATEMENT_TIMEOUT_MS: 5000,
    }
    pool = createPool(config)
    poolOfReplica = createPool(config)
    intents = createIntentsRepository(pool)
  })
  beforeEach(async () => {
    await sandbox.control.reset()
    await pool.query('DELETE FROM ticket_intents')
  })
  after(async () => {
    invgate.close()
    await Promise.all([pool.end(), poolOfReplica.end()])
    await Promise.all([database.drop(), sandbox.close()])
  })

  const fields = {
    sourceId: 2,
    creatorId: 77,
    customerId: 77,
    categoryId: 1,
    typeId: 1,
    priorityId: 2,
    title: 'a title',
    description: 'a description',
  }
  const listingsAt = (nowMs: number, mostPages = 200) =>
    createIncidentListings({ invgate, clock: { now: () => new Date(nowMs) }, mostPages })
  const resolverOf = (by: Pool) =>
    createResolveDoubt({
      intents: createIntentsRepository(by),
      tickets: createTicketsRepository(by),
      exclusively: createInTurn(by, 'in-doubt'),
      settleMs,
    })
  /** Reads InvGate's listings anew for each intent. */
  const resolver = ({ nowMs = Date.now(), mostPages = 200, by = pool } = {}) => {
    const resolve = resolverOf(by)
    return (intent: TicketIntent) => resolve(intent, listingsAt(nowMs, mostPages)())
  }
  const insert = async (changes: Partial<typeof fields> = {}, sentAt = new Date()): Promise<TicketIntent> => {
    const id = uuidv7()
    const creator = { creatorEmail: 'mara@example.com', creatorKey: 'mara@example.com', userId: null }
    const ticket = { ...fields, ...changes, ...creator, id, tenantId: 1, createdAt: sentAt }
    const draft: Draft = { ticket, files: [] }
    const intent = { id, draft, state: 'in_doubt', sentAt, idempotencyId: null } as const
    await inTransaction(pool, (tx) => intents.insert(tx, intent, 0))
    const stored = await intents.find(id)
    assert.ok(stored)
    return stored
  }
  const create = async (changes: Partial<typeof fields> = {}) =>
    (await invgate.createIncident({ ...fields, ...changes }, [])).id
  const assertLinked = (verdict: Verdict, id: number | undefined) => {
    assert.equal(verdict.kind, 'linked')
    assert.equal(verdict.kind === 'linked' && verdict.created.id, id)
  }

  it('is open until the window is over, and looked at ever more seldom; then it is not there', async () => {
    const sentAt = new Date()
    const intent = await insert({}, sentAt)
    const at = async (afterMs: number, attempts: number) =>
      resolver({ nowMs: sentAt.getTime() + afterMs })({ ...intent, sentAt, attempts })
    assert.deepEqual(await at(0, 0), { kind: 'wait', delayMs: 1000 })
    assert.deepEqual(await at(0, 3), { kind: 'wait', delayMs: 8000 })
    assert.deepEqual(await at(0, 20), { kind: 'wait', delayMs: 30_000 })
    assert.deepEqual(await at(settleMs - 500, 20), { kind: 'wait', delayMs: 600 })
    assert.deepEqual(await at(settleMs, 0), { kind: 'absent' })
  })

  it('is not said to be absent by a listing that was read before the window was over', async () => {
    const early = await insert({ title: 'early' }, new Date(Date.now() - settleMs))
    const late = await insert({ title: 'late' }, new Date(Date.now() - settleMs + 10_000))
    const listings = listingsAt(Date.now())()
    const resolve = resolverOf(pool)
    assert.deepEqual(await resolve(early, listings), { kind: 'absent' })
    await create({ title: 'late' })
    assert.equal((await resolve(late, listings)).kind, 'wait')
    assert.equal((await resolver()(late)).kind, 'linked')
  })

  it('is told by creator, title and description, white space aside, and by nothing else', async () => {
    const intent = await insert()
    for (const other of [{ creatorId: 78 }, { title: 'another' }, { description: 'another' }])
      await create(other)
    assert.equal((await resolver()(intent)).kind, 'wait')
    const id = await create({
      title: ' a  title ',
      description: 'a\r\ndescription\n',
      categoryId: 4,
      priorityId: 5,
    })
    assertLinked(await resolver()(intent), id)
    assert.equal((await intents.find(intent.id))?.created?.id, id)
  })

  it('is no incident from long before it was sent, but one by a clock that is behind', async () => {
    const id = await create()
    assert.equal((await resolver()(await insert({}, new Date(Date.now() + 11 * minute)))).kind, 'wait')
    await pool.query('DELETE FROM ticket_intents')
    assertLinked(await resolver()(await insert({}, new Date(Date.now() + 9 * minute))), id)
  })

  it('is found where the listing of the customer leaves it out, as one that was closed already', async () => {
    await sandbox.control.settings({ open_only_listings: true })
    const id = await create()
    const cancelled = await fetch(`${sandbox.url}incident.cancel`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${sandbox.username}:${sandbox.password}`)}`,
      },
      body: JSON.stringify({ request_id: id, author_id: 1 }),
    })
    assert.equal(cancelled.status, 200)
    assert.deepEqual((await invgate.listByCustomer(77)).incidents, [])
    assertLinked(await resolver()(await insert()), id)
  })

  it('is found on the last of many pages; and where not all of them can be read, nobody says that it is not there', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => create({ title: `other ${index}` })))
    for (let round = 0; round < 3; round += 1)
      await Promise.all(Array.from({ length: 30 }, (_, index) => create({ title: `other ${index}` })))
    const intent = await insert()
    const nowMs = Date.now() + settleMs
    await assert.rejects(resolver({ nowMs, mostPages: 1 })(intent), /too many incidents/)
    assert.equal((await resolver({ nowMs })(intent)).kind, 'absent')
    const id = await create()
    assertLinked(await resolver()(intent), id)
  })

  it('of many alike is one incident each, by two replicas at once and with two connections', async () => {
    const ids: number[] = []
    const alike: TicketIntent[] = []
    for (let index = 0; index < 12; index += 1) {
      ids.push(await create())
      alike.push(await insert())
    }
    const replicas = [resolver(), resolver({ by: poolOfReplica })]
    const verdicts = await Promise.all(
      replicas.flatMap((resolve, replica) => alike.filter((_, index) => index % 2 === replica).map(resolve)),
    )
    const linked = verdicts.map((verdict) => (verdict.kind === 'linked' ? verdict.created.id : null))
    assert.deepEqual(new Set(linked), new Set(ids))
  })

  it('of many at once does not wait for connections that the others keep', async () => {
    const alike = []
    for (let index = 0; index < 10; index += 1) alike.push(await insert({ title: `one ${index}` }))
    for (const { draft } of alike) await create({ title: draft.ticket.title })
    const resolve = resolver()
    const verdicts = await Promise.all(alike.map(resolve))
    assert.deepEqual(
      verdicts.map(({ kind }) => kind),
      alike.map(() => 'linked'),
    )
  })

  it('is sent again by the worker that has it, and not by one whose claim was over', async () => {
    await insert()
    const [first] = await intents.claimDue(10, 0)
    const [second] = await intents.claimDue(10, minute)
    assert.ok(first && second)
    assert.equal(await intents.markSending(first, minute), false)
    assert.equal(await intents.markSending(second, minute), true)
    assert.equal((await intents.find(second.id))?.sends, 2)
  })
})
