import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { patch, raise, read, replyTo } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import {
  type Assigned,
  admin,
  agent,
  foreign,
  other,
  otherAgent,
  owner,
  startAssigned,
  vendor,
} from './assigned.ts'

const unknown = '01a22431-3d52-7125-8f80-c64f7c3b27aa'
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('POST /tickets/:id/replies', () => {
  let s: Assigned
  before(async () => {
    s = await startAssigned()
  })
  after(() => s.close())

  it('→ 201 in the envelope, with the reply as contract 7 words it; what is optional and absent is not there', async () => {
    const id = await s.raiseAssigned()
    const answer = await replyTo(s.app, owner, id, { message: 'It still\nis dark.' })
    assert.equal(answer.statusCode, 201)
    const { meta, data, ...rest } = answer.json()
    assert.deepEqual(rest, {
      ok: true,
      success: true,
      message: 'the reply is written',
      error: null,
      errors: null,
    })
    assert.deepEqual(Object.keys(meta).sort(), ['request_id', 'timestamp'])
    const { id: replyId, created_at, author, internal, is_solution, ...said } = data
    assert.deepEqual(said, { ticket_id: id, user_id: owner.uid, message: 'It still\nis dark.' })
    assert.match(replyId, uuidv7)
    assert.equal(new Date(created_at).toISOString(), created_at)
    // Ours, beyond the contract.
    assert.deepEqual([author, internal, is_solution], ['user 7', false, false])
    assert.deepEqual(await s.repliesOf(id), [data])
    assert.deepEqual(await s.repliesOf(id, owner), [data])
  })

  it('keeps an attachment_url as it was given, and changes the ticket’s version and time', async () => {
    const id = await s.raiseAssigned()
    const before = (await read(s.app, owner, `/tickets/${id}`)).json().data
    const attachment_url = 'https://files.example.com/a?b=c'
    const answer = await replyTo(s.app, agent, id, { message: 'see there', attachment_url })
    assert.equal(answer.json().data.attachment_url, attachment_url)
    const after = (await read(s.app, owner, `/tickets/${id}`)).json().data
    assert.equal(after.version, before.version + 1)
    assert.ok(after.updated_at >= before.updated_at)
  })

  it('is for whoever sees the ticket: its owner, its agent, admins and vendors; to all others it is not there', async () => {
    const id = await s.raiseAssigned()
    for (const by of [owner, agent, admin, vendor])
      assert.equal((await replyTo(s.app, by, id, { message: by.sub })).statusCode, 201)
    const failures = new Set<string>()
    for (const body of [{ message: 'a' }, { message: 'a', internal: true }, { message: 'a', waiting: true }])
      for (const [by, target] of [
        [other, id],
        [otherAgent, id],
        [foreign, id],
        [owner, unknown],
        [admin, 'x'],
        [admin, encodeURIComponent('ü')],
      ] as const) {
        const { code, message } = assertFailure(await replyTo(s.app, by, target, body), { status: 404 })
        failures.add(`${code} ${message}`)
      }
    assert.equal(failures.size, 1)
    assert.equal((await s.repliesOf(id)).length, 4)
    assertFailure(
      await s.app.inject({ method: 'POST', url: `/tickets/${id}/replies`, payload: { message: 'a' } }),
      {
        status: 401,
      },
    )
  })

  it('bad input → 400 with the field, and nothing is written', async () => {
    const id = await s.raiseAssigned()
    const bad: [object, string[]][] = [
      [{}, ['message']],
      [{ message: '' }, ['message']],
      [{ message: ' \n ' }, ['message']],
      [{ message: 7 }, ['message']],
      [{ message: 'x'.repeat(65_536) }, ['message']],
      [{ message: 'a', attachment_url: 'file' }, ['attachment_url']],
      [{ message: 'a', attachment_url: `/attachments/${unknown}` }, ['attachment_url']],
      [{ message: 'a', internal: 'yes' }, ['internal']],
      [{ message: 'a', waiting: 1 }, ['waiting']],
      [{ message: 'a', mentions: 9 }, ['mentions']],
      [{ message: 'a', mentions: Array.from({ length: 51 }, (_, index) => index + 1) }, ['mentions']],
      [{ message: 'a', mentions: [999] }, ['mentions']],
    ]
    for (const [body, fields] of bad)
      assertFailure(await replyTo(s.app, agent, id, body), { status: 400, fields })
    assertFailure(await replyTo(s.app, agent, id, { message: 'a', mentions: ['x'] }), { status: 400 })
    assert.deepEqual(await s.repliesOf(id), [])
    assert.deepEqual(await s.actionsOf(id), ['assigned'])
    const whole = 'ß'.repeat(65_535)
    assert.equal((await replyTo(s.app, owner, id, { message: whole })).json().data.message, whole)
  })

  it('tells the other party, never whoever wrote it', async () => {
    const byOwner = await s.raiseAssigned()
    await replyTo(s.app, owner, byOwner, { message: 'a' })
    assert.deepEqual(await s.toldOf(byOwner), [agent.uid])
    const byAgent = await s.raiseAssigned()
    await replyTo(s.app, agent, byAgent, { message: 'a' })
    assert.deepEqual(await s.toldOf(byAgent), [owner.uid])
  })

  it('to a closed ticket is written, and leaves it closed', async () => {
    const id = await s.raiseAssigned()
    await patch(s.app, owner, id, { status: 'closed' })
    for (const by of [owner, agent])
      assert.equal((await replyTo(s.app, by, id, { message: 'thanks' })).statusCode, 201)
    assert.equal((await read(s.app, owner, `/tickets/${id}`)).json().data.status, 'closed')
    assert.equal((await s.repliesOf(id)).length, 2)
  })

  it('to a ticket that was merged into another → 409 that names it', async () => {
    const { id: into } = await raise(s.app, owner)
    const id = await s.raiseAssigned()
    await sql(s.database, `UPDATE tickets SET merged_into = '${into}' WHERE id = '${id}'`)
    const { data } = assertFailure(await replyTo(s.app, owner, id, { message: 'a' }), {
      ...{ status: 409, code: 'ticket.conflict' },
    })
    assert.deepEqual(data, { merged_into: into })
    assert.deepEqual(await s.repliesOf(id), [])
  })

  it('by a token that names no account: user_id is 0, the author is who it says', async () => {
    const headers = bearer({ sub: 'plain@example.com' })
    const { id } = await raise(s.app, { ...owner, headers })
    const { user_id, author } = (await replyTo(s.app, { ...owner, headers }, id, { message: 'a' })).json()
      .data
    assert.deepEqual([user_id, author], [0, 'plain@example.com'])
  })
})
