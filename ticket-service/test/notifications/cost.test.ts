import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { inTransaction, type PoolConnection } from '@werk/shared/database/pool'
import { createTestDatabase, type TestDatabase } from '@werk/shared/test-kit/database'
import type { TicketEvent } from '../../src/tickets/ticket-event.ts'
import { createAnnounceEvent } from '../../src/webhooks/announce-event.ts'
import { createAnnouncementsRepository } from '../../src/webhooks/announcements.repository.ts'
import { addPeople, createTell, eventOf, person, reply, ticketOf } from './tell.ts'

const serviceFolder = join(import.meta.dirname, '../..')
const announceWhere = (mayHave: boolean) =>
  createAnnounceEvent({ announcements: createAnnouncementsRepository(), tenants: { mayHave: () => mayHave } })

describe('what it costs to tell others', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase(serviceFolder)
    await addPeople(database, [
      { id: 1 },
      ...Array.from({ length: 100 }, (_, i) => ({ id: 100 + i, role: 'agent' })),
    ])
  })
  after(() => database.drop())

  const mine = { userId: 1, creatorKey: 'p1@example.com' }
  const raised = eventOf('ticket.created', ticketOf(mine), person(1), {})
  const replied = eventOf('ticket.replied', ticketOf({ ...mine, agentId: 100 }), person(100), reply('x'))
  const own = eventOf('ticket.status_changed', ticketOf(mine), person(100), { from: 'open' as const })
  const empty = eventOf('ticket.created', ticketOf({ ...mine, tenantId: 2 }), person(1), {})

  const cases: [string, TicketEvent, { byMail: boolean; mayHave: boolean }, number][] = [
    ['nobody is there to be told', empty, { byMail: false, mayHave: false }, 1],
    ['nobody is there, and mail is sent', empty, { byMail: true, mayHave: false }, 1],
    ['a hundred agents', raised, { byMail: false, mayHave: false }, 2],
    ['a hundred agents who want no mail', raised, { byMail: true, mayHave: false }, 2],
    ['one person', own, { byMail: false, mayHave: false }, 2],
    ['one person, by mail too', replied, { byMail: true, mayHave: false }, 3],
    ['one person, by mail too, where there may be webhooks', replied, { byMail: true, mayHave: true }, 4],
  ]
  for (const [what, event, { byMail, mayHave }, statements] of cases)
    it(`${what}: ${statements} statements`, async () => {
      const t = createTell(database, { byMail, announce: announceWhere(mayHave) })
      const count = await inTransaction(t.pool, async (tx) => {
        const counting = countStatements(tx)
        await t.tellOthers(counting.tx, event)
        return counting.count()
      })
      await t.end()
      assert.equal(count, statements)
    })
})

function countStatements(tx: PoolConnection) {
  let count = 0
  const methods = ['query', 'execute', 'batch']
  const counting = new Proxy(tx, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...values: unknown[]) => {
        if (methods.includes(String(name))) count += 1
        return member.apply(target, values)
      }
    },
  })
  return { tx: counting, count: () => count }
}
