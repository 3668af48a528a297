import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const owner = member(1)
const [agent, admin, vendor] = [member(11, 'agent'), member(13, 'admin'), member(14, 'vendor')]
const stranger = member(21, 'admin', 2)

describe('/canned-replies', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, agent, admin, vendor, stranger])
  })
  after(() => s.close())

  const add = (by: Member, payload: object, app = s.app) => send(app, by, 'POST', '/canned-replies', payload)
  const added = async (name: string, body = 'a text', by = admin): Promise<string> => {
    const answer = await add(by, { name, body })
    assert.equal(answer.statusCode, 201, answer.body)
    return answer.json().data.id
  }
  const at = (id: string) => `/canned-replies/${id}`
  const auditOf = async (id: string) =>
    (
      await sql(
        s.database,
        `SELECT action, actor, details FROM audit_entries WHERE subject = 'canned_reply:${id}' ORDER BY seq`,
      )
    ).map(({ action, actor, details }) => ({ action, actor, details: JSON.parse(String(details)) }))

  it('admins and vendors write them, those who answer tickets read them', async () => {
    const answer = await add(vendor, { name: ' Greeting ', body: 'Hello\n{{requester.name}}' })
    assert.equal(answer.statusCode, 201, answer.body)
    const reply = answer.json().data
    assert.equal(reply.name, 'Greeting')
    assert.equal(reply.body, 'Hello\n{{requester.name}}')
    for (const by of [agent, admin, vendor])
      assert.deepEqual((await send(s.app, by, 'GET', at(reply.id))).json().data, reply)
    const changed = await send(s.app, admin, 'PATCH', at(reply.id), { body: 'Good day' })
    assert.equal(changed.json().data.name, 'Greeting')
    assert.equal(changed.json().data.body, 'Good day')
    assert.equal((await send(s.app, admin, 'DELETE', at(reply.id))).statusCode, 200)
    assertFailure(await send(s.app, admin, 'GET', at(reply.id)), {
      status: 404,
      code: 'canned_reply.not_found',
    })
  })

  it('nobody else does', async () => {
    const id = await added('for nobody else')
    assertFailure(await add(agent, { name: 'x', body: 'x' }), { status: 403 })
    assertFailure(await send(s.app, agent, 'PATCH', at(id), { name: 'x' }), { status: 403 })
    assertFailure(await send(s.app, agent, 'DELETE', at(id)), { status: 403 })
    for (const by of [owner, member(2, 'committee')])
      for (const url of [at(id), '/canned-replies?limit=1'])
        assertFailure(await send(s.app, by, 'GET', url), { status: 403 })
    assertFailure(await s.app.inject({ url: at(id) }), { status: 401 })
  })

  it('tenants are apart: the same name, and none of the other’s', async () => {
    const [ours, theirs] = [await added('shared name'), await added('shared name', 'b', stranger)]
    for (const [by, id] of [
      [stranger, ours],
      [admin, theirs],
    ] as const) {
      const none = { status: 404, code: 'canned_reply.not_found' }
      assertFailure(await send(s.app, by, 'GET', at(id)), none)
      assertFailure(await send(s.app, by, 'PATCH', at(id), { name: 'mine' }), none)
      assertFailure(await send(s.app, by, 'DELETE', at(id)), none)
    }
    const { data } = (await send(s.app, stranger, 'GET', '/canned-replies?limit=100')).json()
    assert.deepEqual(
      data.map((one: { id: string }) => one.id),
      [theirs],
    )
  })

  it('a name is one in its tenant, for two at once too', async () => {
    const [one, two] = [await added('one'), await added('two')]
    assertFailure(await add(admin, { name: 'one ', body: 'x' }), {
      ...{ status: 409, code: 'canned_reply.taken', fields: ['name'] },
    })
    assertFailure(await send(s.app, admin, 'PATCH', at(two), { name: 'one' }), { status: 409 })
    assert.equal((await send(s.app, admin, 'PATCH', at(one), { name: 'one' })).statusCode, 200)
    const replica = await s.startReplica()
    for (let round = 0; round < 10; round += 1) {
      const payload = { name: `round ${round}`, body: 'x' }
      const answers = await Promise.all([add(admin, payload), add(vendor, payload, replica)])
      assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409])
    }
  })

  it('each change is one entry of the audit, and what changes nothing is none', async () => {
    const id = await added('audited')
    await send(s.app, vendor, 'PATCH', at(id), { name: 'renamed' })
    await send(s.app, vendor, 'PATCH', at(id), { name: 'renamed', body: 'a text' })
    await send(s.app, vendor, 'PATCH', at(id), { body: 'another' })
    await send(s.app, admin, 'DELETE', at(id))
    assert.deepEqual(await auditOf(id), [
      { action: 'canned_reply.added', actor: admin.sub, details: { name: 'audited' } },
      {
        ...{ action: 'canned_reply.changed', actor: vendor.sub },
        details: { name: ['audited', 'renamed'], body_changed: false },
      },
      {
        ...{ action: 'canned_reply.changed', actor: vendor.sub },
        details: { name: ['renamed', 'renamed'], body_changed: true },
      },
      { action: 'canned_reply.removed', actor: admin.sub, details: { name: 'renamed' } },
    ])
  })

  it('lists in pages, both ways', async () => {
    const lister = member(31, 'admin', 3)
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) ids.push(await added(name, 'x', lister))
    const page = async (query: string) => {
      const { data, meta } = (await send(s.app, lister, 'GET', `/canned-replies?limit=2${query}`)).json()
      return { ids: data.map((one: { id: string }) => one.id), ...meta.pagination }
    }
    const first = await page('')
    assert.deepEqual(first.ids, ids.slice(0, 2))
    const second = await page(`&cursor=${first.next_cursor}`)
    assert.deepEqual([second.ids, second.has_next], [ids.slice(2), false])
    assert.deepEqual((await page(`&cursor=${second.prev_cursor}`)).ids, ids.slice(0, 2))
    assertFailure(await send(s.app, lister, 'GET', '/canned-replies'), { status: 400, fields: ['limit'] })
  })

  it('texts of 65,535 characters and hostile ones come back as they went in; others are refused', async () => {
    for (const text of [
      '😀'.repeat(65_535),
      "'; drop table canned_replies; --",
      '<script>',
      '$&$1',
      'nul\u0000',
    ]) {
      const id = await added(`hostile ${text.slice(0, 40)}`, text)
      assert.equal((await send(s.app, agent, 'GET', at(id))).json().data.body, text)
    }
    const refused: [object, string][] = [
      [{ name: 'x', body: 'x'.repeat(65_536) }, 'body'],
      [{ name: 'x', body: ' \n' }, 'body'],
      [{ name: 'x'.repeat(101), body: 'x' }, 'name'],
      [{ name: '  ', body: 'x' }, 'name'],
      [{ body: 'x' }, 'name'],
      [{ name: 'x' }, 'body'],
    ]
    for (const [payload, field] of refused)
      assertFailure(await add(admin, payload), { status: 400, fields: [field] })
    assertFailure(await send(s.app, admin, 'PATCH', at('ä'), { name: 'x' }), { status: 404 })
    assertFailure(await send(s.app, admin, 'PATCH', at(await added('empty')), {}), { status: 400 })
  })
})
