import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { idsIn, mirrorThem, raiseInInvGate, requestsTo, roundsOf, runRound } from './rounds.ts'

const count = 450
/** Seconds: above what the client waits out by itself, and above the lease. */
const patience = 600

describe('rounds of the sync', () => {
  let s: TicketService
  let ids: number[]
  beforeEach(async () => {
    await s?.close()
    s = await startTicketService()
    ids = []
    for (let index = 0; index < count; index += 1) ids.push(await raiseInInvGate(s))
    await mirrorThem(s, ids)
  })
  after(() => s.close())

  /** Of tickets that are here; one more looks beyond them for what is not. */
  const lists = async () =>
    (await requestsTo(s, 'GET incidents')).filter((url) => idsIn(url).some((id) => ids.includes(id)))
  const limitAt = (chunk: number) =>
    s.sandbox.control.setFaults([
      ...(chunk === 0
        ? []
        : [{ route: 'GET incidents', fault: { type: 'latency', ms: 0 } as const, times: chunk }]),
      { route: 'GET incidents', fault: { type: 'status', status: 429, retry_after: patience } },
    ])
  const leaseOf = async () =>
    (
      await sql(s.database, 'SELECT *, TIMESTAMPDIFF(SECOND, NOW(3), lease_until) AS left_s FROM sync_states')
    )[0]
  const expireLease = () => sql(s.database, 'UPDATE sync_states SET lease_until = NOW(3)')

  it('450 tickets go in 3 lists of at most 200, the one that was compared longest ago first', async () => {
    assert.equal(await runRound(s), 'complete')
    const asked = (await lists()).map(idsIn)
    assert.deepEqual(
      asked.map(({ length }) => length),
      [200, 200, 50],
    )
    assert.deepEqual(
      asked.flatMap((chunk) => chunk.toSorted((one, other) => one - other)),
      ids,
    )
  })

  it('429 with Retry-After stops the round for every replica; when it is over, the next goes on where that one was', async () => {
    await limitAt(2)
    assert.equal(await runRound(s), 'paused')
    assert.equal((await lists()).length, 3)
    assert.equal((await requestsTo(s, 'GET incidents.last.hour')).length, 0)
    assert.ok(Number((await leaseOf())?.left_s) >= patience - 5)

    await s.sandbox.control.clearFaults()
    assert.equal(await runRound(s), 'standby')
    assert.equal((await lists()).length, 3)

    await expireLease()
    assert.equal(await runRound(s), 'complete')
    const next = idsIn((await lists())[3])
    assert.deepEqual(
      ids.slice(400).filter((id) => !next.includes(id)),
      [],
    )
  })

  it('a replica that was told to wait sends nothing, though its own rounds go on', async () => {
    await limitAt(0)
    const replica = await s.startReplica({ SYNC_INTERVAL_MS: 20 })
    const watcher = await s.startReplica({ SYNC_INTERVAL_MS: 20 })
    await pollUntil('the pause', async () => {
      const [one, other] = [await roundsOf(replica), await roundsOf(watcher)]
      return one.paused || other.paused
    })
    // Even if the one that was told died now, nobody would ask earlier.
    assert.ok(Number((await leaseOf())?.left_s) > patience)
    const asked = (await s.sandbox.control.requests()).length
    const standby = async () =>
      ((await roundsOf(replica)).standby ?? 0) + ((await roundsOf(watcher)).standby ?? 0)
    const before = await standby()
    await pollUntil('ten more looks', async () => ((await standby()) >= before + 10 ? true : undefined))
    assert.equal((await s.sandbox.control.requests()).length, asked)
    await Promise.all([replica.close(), watcher.close()])
  })

  it('of two replicas one looks; when it closes the other takes over at once', async () => {
    const first = await s.startReplica({ SYNC_INTERVAL_MS: 20 })
    await pollUntil('a round', async () => (await roundsOf(first)).complete)
    const second = await s.startReplica({ SYNC_INTERVAL_MS: 20 })
    await pollUntil('looks of the second', async () =>
      ((await roundsOf(second)).standby ?? 0) > 5 ? true : undefined,
    )
    assert.deepEqual(Object.keys(await roundsOf(second)), ['standby'])
    const [{ complete = 0 }, asked] = [await roundsOf(first), await requestsTo(s, 'GET incidents.last.hour')]
    // A page holds 200 of the 450, and a round may be under way.
    assert.ok(Math.abs(asked.length - 3 * complete) <= 6, `${asked.length} requests in ${complete} rounds`)
    await first.close()
    await pollUntil('a round of the second', async () => (await roundsOf(second)).complete)
    await second.close()
  })

  it('a replica that died is followed when its lease is over, not before', async () => {
    await runRound(s)
    await sql(s.database, `UPDATE sync_states SET owner = UUID(), lease_until = NOW(3) + INTERVAL 1 HOUR`)
    const before = (await s.sandbox.control.requests()).length
    assert.equal(await runRound(s), 'standby')
    assert.equal((await s.sandbox.control.requests()).length, before)
    await expireLease()
    assert.equal(await runRound(s), 'complete')
  })

  it('a round that loses its lease to another replica ends there', async () => {
    await s.sandbox.control.setFaults([
      { route: 'GET incidents', fault: { type: 'latency', ms: 300 }, times: 1 },
    ])
    const round = runRound(s)
    await pollUntil('a list', async () => (await lists())[0])
    await sql(s.database, `UPDATE sync_states SET owner = UUID()`)
    assert.equal(await round, 'lease_lost')
    assert.equal((await lists()).length, 1)
  })

  it('closing ends a round between two requests, and the next one goes on with the tickets that are left', async () => {
    await s.sandbox.control.setFaults([
      { route: 'GET incidents', fault: { type: 'latency', ms: 300 }, times: 1 },
    ])
    const replica = await s.startReplica({ SYNC_INTERVAL_MS: 900_000 })
    await pollUntil('a list', async () => (await lists())[0])
    await replica.close()
    assert.equal((await lists()).length, 1)
    assert.equal((await leaseOf())?.owner, null)
    assert.equal(await runRound(s), 'complete')
    const next = idsIn((await lists())[1])
    assert.deepEqual(
      next.toSorted((one, other) => one - other),
      ids.slice(200, 400),
    )
  })

  it('pages of the last hour go on after a restart at the page that failed, and anew when InvGate takes its key no more', async () => {
    const pages = () => requestsTo(s, 'GET incidents.last.hour')
    const keyOf = (url: URL | undefined) => url?.searchParams.get('page_key') ?? null
    const failAt = (page: number, status: number) =>
      s.sandbox.control.setFaults([
        { route: 'GET incidents.last.hour', fault: { type: 'latency', ms: 0 }, times: page },
        { route: 'GET incidents.last.hour', fault: { type: 'status', status } },
      ])
    await failAt(1, 401)
    assert.equal(await runRound(s), 'failed')
    const failed = keyOf((await pages())[1])
    assert.notEqual(failed, null)

    await s.sandbox.control.setFaults([
      { route: 'GET incidents.last.hour', fault: { type: 'status', status: 428 } },
    ])
    const before = (await pages()).length
    assert.equal(await runRound(s), 'failed')
    assert.equal(keyOf((await pages())[before]), failed)

    await s.sandbox.control.clearFaults()
    const again = (await pages()).length
    assert.equal(await runRound(s), 'complete')
    assert.equal(keyOf((await pages())[again]), null)
  })

  it('a round is bounded: what changed all at once comes in several', async () => {
    await sql(s.database, `UPDATE tickets SET comments_as_of = '2000-01-01'`)
    assert.equal(await runRound(s), 'bounded')
    const asked = async () => (await requestsTo(s, 'GET incident.comment')).length
    assert.ok((await asked()) > 0 && (await asked()) <= 800)
    let outcome = 'bounded'
    for (let round = 0; round < 5 && outcome === 'bounded'; round += 1) outcome = await runRound(s)
    assert.equal(outcome, 'complete')
  })
})
