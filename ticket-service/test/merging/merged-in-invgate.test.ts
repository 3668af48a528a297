import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { enrol, member, raise, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { send } from '../kit/send.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate } from '../sync/rounds.ts'

const [owner, agent] = [member(1), member(11, 'agent')]

describe('a merged ticket whose incident InvGate goes on with', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ MIRROR_FRESH_MS: '0' })
    await enrol(s, [owner, agent])
  })
  after(() => s.close())

  it('stays as it is', async () => {
    const a = (await raise(s.app, owner)).id
    const b = (await raise(s.app, owner)).id
    const ticket = async () => (await read(s.app, owner, `/tickets/${a}`)).json().data
    await eventually(async () => assert.ok((await ticket()).inv_gate_id))
    const id = (await ticket()).inv_gate_id
    assert.equal((await send(s.app, agent, 'POST', `/tickets/${a}/merge`, { into: b })).statusCode, 200)
    const statusThere = async () =>
      (await s.sandbox.control.incidents()).find((incident) => incident.id === id)?.status_id
    await eventually(async () => assert.equal(await statusThere(), 8))
    const merged = await ticket()

    await callInvGate(s, 'PUT', 'incident.reopen', { request_id: id })
    assert.notEqual(await statusThere(), 8)
    // Read in the other dialect, which refreshes the ticket from InvGate.
    const refreshed = await read(s.app, owner, `/api/tickets/${id}`)
    assert.equal(refreshed.statusCode, 200)
    assert.equal(refreshed.headers['x-mirror-stale'], undefined)
    assert.equal(refreshed.json().status, 'closed')
    // When InvGate last had to do with it, is all that may be new.
    assert.deepEqual({ ...(await ticket()), updated_at: '' }, { ...merged, updated_at: '' })
  })
})
