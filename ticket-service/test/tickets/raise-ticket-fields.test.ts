import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { v7 as uuidv7 } from 'uuid'
import { member, raise } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

describe('the body of POST /tickets', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('sets what the contract names, and nothing else of the ticket, whatever it is called', async () => {
    const mara = member(7)
    await raise(s.app, mara, {
      ...{ id: uuidv7(), tenantId: 2, tenant_id: 2, status: 'closed', agentId: 5, agent_id: 5 },
      ...{ userId: 1, user_id: 1, creatorKey: 'admin@example.com', creatorEmail: 'admin@example.com' },
      ...{ origin: 'invgate', version: 9, sla: {} },
    })
    const rows = await sql(
      s.database,
      'SELECT tenant_id, status, agent_id, version, user_id, creator_key, creator_email, origin FROM tickets',
    )
    const asEver = { tenant_id: 1, status: 'open', agent_id: null, version: 1, origin: 'here' }
    assert.deepEqual(rows, [{ ...asEver, user_id: 7, creator_key: mara.sub, creator_email: mara.sub }])
  })
})
