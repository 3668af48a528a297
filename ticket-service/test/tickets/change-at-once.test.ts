import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, agent, admin, foreign] = [
  member(7),
  member(9, 'agent'),
  member(11, 'admin'),
  member(15, 'agent', 2),
]
const unknown = '01a22431-3d52-7125-8f80-c64f7c3b27aa'

describe('changes of one ticket at once', () => {
  let s: TicketService
  let replica: TicketService['app']
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    replica = await s.startReplica()
    await enrol(s, [owner, agent, admin, foreign])
  })
  after(() => s.close())

  const activitiesOf = async (id: string): Promise<{ action: string }[]> =>
    (await read(s.app, admin, `/tickets/${id}/activities`)).json().data.slice(1)
  const auditOf = (id: string) =>
    sql(s.database, `SELECT details FROM audit_entries WHERE subject = 'ticket:${id}' ORDER BY seq`)
  const now = async (id: string) => (await read(s.app, admin, `/tickets/${id}`)).json().data

  describe('with If-Match', () => {
    it('the ETag of what was read → 200 and the next ETag; that of an older one → 412, and nothing is written', async () => {
      const { id } = await raise(s.app, owner)
      const { etag } = (await read(s.app, agent, `/tickets/${id}`)).headers
      assert.match(String(etag), /^"[^"]+"$/)
      const first = await patch(s.app, agent, id, { status: 'in_progress' }, { 'if-match': etag })
      assert.equal(first.statusCode, 200)
      assert.notEqual(first.headers.etag, etag)
      assert.equal((await read(s.app, agent, `/tickets/${id}`)).headers.etag, first.headers.etag)
      const second = await patch(s.app, agent, id, { status: 'resolved' }, { 'if-match': etag })
      assertFailure(second, { status: 412, code: 'ticket.precondition_failed' })
      assert.equal((await now(id)).status, 'in_progress')
      const third = await patch(s.app, agent, id, { status: 'resolved' }, { 'if-match': first.headers.etag })
      assert.equal(third.statusCode, 200)
    })

    it('of 20 at once over two replicas 1 is 200 and 19 are 412', async (t) => {
      const { id } = await raise(s.app, owner)
      const { etag } = (await read(s.app, agent, `/tickets/${id}`)).headers
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          patch(
            index % 2 === 0 ? s.app : replica,
            agent,
            id,
            { status: 'in_progress' },
            { 'if-match': etag },
          ),
        ),
      )
      const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
      t.diagnostic(`${count(200)} × 200, ${count(412)} × 412`)
      assert.deepEqual([count(200), count(412)], [1, 19])
      assert.equal((await activitiesOf(id)).length, 1)
      assert.equal((await auditOf(id)).length, 1)
    })

    it('of nothing that was ever an ETag of the ticket → 412; * and blanks around match', async () => {
      const { id } = await raise(s.app, owner)
      const never = [
        '1',
        '""',
        '"0"',
        '"2"',
        '"01"',
        '"1',
        'W/"1"',
        '"-1"',
        '"1.0"',
        '"x"',
        "'1'",
        '"99999999999"',
        '"1" x',
      ]
      for (const value of never) {
        const answer = await patch(s.app, agent, id, { status: 'in_progress' }, { 'if-match': value })
        assertFailure(answer, { status: 412, code: 'ticket.precondition_failed' })
      }
      assert.equal((await now(id)).version, 1)
      const starred = await patch(s.app, agent, id, { status: 'in_progress' }, { 'if-match': '*' })
      assert.equal(starred.statusCode, 200)
      const spaced = await patch(s.app, agent, id, { status: 'resolved' }, { 'if-match': ' "2" ' })
      assert.equal(spaced.statusCode, 200)
    })

    it('of a ticket that is unknown, or not to be known of → 404, whatever it says', async () => {
      const { id } = await raise(s.app, owner)
      for (const target of [id, unknown])
        for (const value of ['"1"', '"2"', '*'])
          assertFailure(await patch(s.app, foreign, target, { status: 'closed' }, { 'if-match': value }), {
            status: 404,
          })
    })
  })

  it('without If-Match, 50 different ones at once over two replicas lose nothing: as many activities as changes', async (t) => {
    const crowd = Array.from({ length: 50 }, (_, index) => member(100 + index, 'agent'))
    await enrol(s, crowd)
    const { id } = await raise(s.app, owner)
    const answers = await Promise.all(
      crowd.map(({ uid }, index) => patch(index % 2 === 0 ? s.app : replica, admin, id, { agent_id: uid })),
    )
    for (const answer of answers) assert.equal(answer.statusCode, 200, answer.body)
    const versions = answers.map((answer) => answer.json().data.version)
    assert.equal(new Set(versions).size, 50)
    assert.equal((await now(id)).version, 51)
    const activities = await activitiesOf(id)
    t.diagnostic(`${answers.length} changes, ${activities.length} activities`)
    assert.equal(activities.length, 50)
    const changes = (await auditOf(id)).map(({ details }) => JSON.parse(String(details)).agent_id)
    assert.equal(changes.length, 50)
    // Each took over from the one before.
    for (const [index, [from]] of changes.entries())
      assert.equal(from, index === 0 ? null : changes[index - 1][1])
    assert.equal(changes.at(-1)[1], (await now(id)).agent_id)
  })
})
