import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { enrol, member } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'
import { path, startService } from './hooks.ts'
import { type Receiver, startReceiver } from './receiver.ts'

describe('webhooks that many ask for at once', () => {
  let s: TicketService
  let receiver: Receiver
  before(async () => {
    // As few connections as there may be.
    s = await startService({ DATABASE_POOL_SIZE: '2', DATABASE_ACQUIRE_TIMEOUT_MS: '2000' })
    receiver = await startReceiver()
    await enrol(s, [member(1, 'admin', 2)])
  })
  after(async () => {
    await s.close()
    await receiver.close()
  })
  const admin = member(1, 'admin', 2)
  const add = () => send(s.app, admin, 'POST', path, { url: receiver.url })
  const statusesOf = (answers: readonly { statusCode: number }[]) =>
    answers.map(({ statusCode }) => statusCode).sort()

  it('are tested without one taking the connections that another needs', async () => {
    const { id } = (await add()).json().data
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => send(s.app, admin, 'POST', `${path}/${id}/test`)),
    )
    assert.deepEqual(statusesOf(answers), Array(12).fill(200))
    for (const answer of answers) assert.equal(answer.json().data.status, 'delivered')
  })

  it('are never more than a tenant may have', async () => {
    const replica = await s.startReplica()
    await Promise.all(Array.from({ length: 16 }, add))
    const apps = [s.app, replica]
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        send(apps[i % 2] ?? s.app, admin, 'POST', path, { url: receiver.url }),
      ),
    )
    assert.deepEqual(statusesOf(answers), [...Array(3).fill(201), ...Array(13).fill(409)])
    const [row] = await sql(s.database, 'SELECT COUNT(*) AS present FROM webhooks WHERE tenant_id = 2')
    assert.equal(row?.present, 20)
  })
})
