import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { member } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

describe('custom fields that many make at once', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('are never more than a tenant may have, and each has a place of its own', async () => {
    const admin = member(1, 'admin', 2)
    const replica = await s.startReplica()
    const add = (key: string, app = s.app) =>
      send(app, admin, 'POST', '/admin/custom-fields', { key, label: key, type: 'text' })
    for (let i = 0; i < 95; i += 1) assert.equal((await add(`field_${i}`)).statusCode, 201)
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => add(`more_${i}`, i % 2 === 0 ? s.app : replica)),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    assert.deepEqual(statuses, [...Array(5).fill(201), ...Array(7).fill(409)])
    const rows = await sql(
      s.database,
      'SELECT position FROM custom_fields WHERE tenant_id = 2 ORDER BY position',
    )
    assert.deepEqual(
      rows.map(({ position }) => position),
      Array.from({ length: 100 }, (_, i) => i),
    )
  })
})
