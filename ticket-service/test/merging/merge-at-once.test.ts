import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { enrol, member, patch, raise, replyTo } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const owner = member(1)
const agent = member(11, 'agent')
const rounds = 20

describe('merging over two replicas at once', () => {
  let s: TicketService
  let replica: TicketService['app']
  before(async () => {
    s = await startTicketService()
    replica = await s.startReplica()
    await enrol(s, [owner, agent])
  })
  after(() => s.close())

  const merge = (app: TicketService['app'], id: string, into: string) =>
    send(app, agent, 'POST', `/tickets/${id}/merge`, { into })
  const raiseMany = async (count: number) => {
    const ids: string[] = []
    for (let i = 0; i < count; i += 1) ids.push((await raise(s.app, owner)).id)
    return ids
  }
  const codesOf = (answers: { statusCode: number }[]) => answers.map(({ statusCode }) => statusCode).sort()
  const rowsOf = (ids: string[]) =>
    sql(s.database, `SELECT id, merged_into, status FROM tickets WHERE id IN ('${ids.join("', '")}')`)

  it('of A into B and B into A one wins, and the other is told of it', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const [a, b] = (await raiseMany(2)) as [string, string]
      const answers = await Promise.all([merge(s.app, a, b), merge(replica, b, a)])
      assert.deepEqual(codesOf(answers), [200, 409])
      const rows = await rowsOf([a, b])
      const merged = rows.filter(({ merged_into }) => merged_into !== null)
      assert.equal(merged.length, 1)
      assert.equal(merged[0]?.id, answers[0]?.statusCode === 200 ? a : b)
      const links = await sql(
        s.database,
        `SELECT 1 FROM ticket_links WHERE from_ticket_id IN ('${a}', '${b}')`,
      )
      assert.equal(links.length, 1)
    }
  })

  it('the same merge twice is done once', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const [a, b] = (await raiseMany(2)) as [string, string]
      assert.deepEqual(codesOf(await Promise.all([merge(s.app, a, b), merge(replica, a, b)])), [200, 409])
      const entries = await sql(s.database, `SELECT 1 FROM audit_entries WHERE subject = 'ticket:${b}'`)
      assert.equal(entries.length, 1)
    }
  })

  it('a ring of merges ends in no circle and without a failure of ours', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const ids = await raiseMany(4)
      const answers = await Promise.all(
        ids.map((id, i) => merge(i % 2 === 0 ? s.app : replica, id, String(ids[(i + 1) % ids.length]))),
      )
      for (const { statusCode } of answers) assert.ok([200, 409].includes(statusCode), String(statusCode))
      const into = new Map((await rowsOf(ids)).map(({ id, merged_into }) => [String(id), merged_into]))
      for (const id of ids) {
        let [at, steps]: [unknown, number] = [id, 0]
        while (at !== null && steps <= ids.length) [at, steps] = [into.get(String(at)) ?? null, steps + 1]
        assert.equal(at, null, 'a circle')
      }
    }
  })

  it('a reply or a step at the same time comes wholly before it or not at all', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const [a, b] = (await raiseMany(2)) as [string, string]
      const [merged, reply, step] = await Promise.all([
        merge(s.app, a, b),
        replyTo(replica, owner, a, { message: 'meanwhile' }),
        patch(replica, agent, a, { status: 'in_progress' }),
      ])
      assert.equal(merged.statusCode, 200)
      for (const { statusCode } of [reply, step]) assert.ok([200, 201, 409].includes(statusCode))
      const [row] = await rowsOf([a])
      assert.deepEqual(row, { id: a, merged_into: b, status: 'closed' })
      const last = await sql(
        s.database,
        `SELECT action FROM ticket_activities WHERE ticket_id = '${a}' ORDER BY id DESC LIMIT 1`,
      )
      assert.deepEqual(last, [{ action: 'merged' }])
    }
  })
})
