import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { member, read } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const path = '/admin/invgate-mapping'
const highest = 999_999_999_999_999

describe('a mapping as large as it may be', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('is kept, and so is in the audit what it was before', async () => {
    const admin = member(1, 'admin')
    const ids = (part: number) => Array.from({ length: 100 }, (_, i) => highest - part * 100 - i)
    const mapping = {
      categories: { billing: ids(0), technical: ids(1), account: ids(2), service: ids(3) },
      priorities: { low: ids(0), medium: ids(1), high: ids(2) },
      statuses: { open: ids(0), in_progress: ids(1), resolved: ids(2), closed: ids(3) },
      people: Array.from({ length: 1000 }, (_, i) => ({ user_id: highest - i, inv_gate_id: highest - i })),
    }
    for (let time = 0; time < 2; time += 1) {
      const answer = await send(s.app, admin, 'PUT', path, mapping)
      assert.equal(answer.statusCode, 200, answer.body.slice(0, 300))
    }
    const kept = (await read(s.app, admin, path)).json().data
    assert.deepEqual(kept.people, mapping.people)
    assert.deepEqual(kept.statuses, mapping.statuses)
    const [entry] = (await read(s.app, admin, '/admin/audit?limit=1&action=invgate_mapping.set')).json().data
    assert.deepEqual(entry.details.from, entry.details.to)
    assert.equal(entry.details.to.people.length, 1000)
  })
})
