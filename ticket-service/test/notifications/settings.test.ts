import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { addPeople } from './tell.ts'

const path = '/api/v1/notifications/settings'
const mara = bearer({ sub: 'p1@example.com', uid: 1 })
const byDefault = {
  'ticket.created': { in_app: true, email: false },
  'ticket.replied': { in_app: true, email: true },
  'ticket.status_changed': { in_app: true, email: true },
  'ticket.assigned': { in_app: true, email: true },
  'ticket.escalated': { in_app: true, email: false },
}

describe('own settings of notifications', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await addPeople(s.database, [{ id: 1 }, { id: 2 }])
  })
  after(() => s.close())

  const get = (headers: object = mara) => s.app.inject({ url: path, headers: { ...headers } })
  const patch = (payload: object, headers: object = mara) =>
    s.app.inject({ method: 'PATCH', url: path, headers: { ...headers }, payload })

  it('are the defaults for whoever chose nothing', async () => {
    const answer = await get()
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json().data, byDefault)
  })

  it('change where something is named, for the caller alone, and stay', async () => {
    const changed = {
      ...byDefault,
      'ticket.created': { in_app: true, email: true },
      'ticket.replied': { in_app: true, email: false },
    }
    const answer = await patch({ 'ticket.created': { email: true }, 'ticket.replied': { email: false } })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json().data, changed)
    assert.deepEqual((await patch({})).json().data, changed)
    assert.deepEqual((await get()).json().data, changed)
    assert.deepEqual((await get(bearer({ sub: 'P1@example.com' }))).json().data, changed)
    assert.deepEqual((await get(bearer({ sub: 'p2@example.com', uid: 2 }))).json().data, byDefault)
    assert.deepEqual((await patch(byDefault)).json().data, byDefault)
  })

  it('cannot switch off what is told in app, nor name what there is not', async () => {
    const wrong: [object, string][] = [
      [{ 'ticket.created': { in_app: false } }, 'ticket.created.in_app'],
      [{ 'ticket.created': { email: 'yes' } }, 'ticket.created.email'],
      [{ 'ticket.created': { sms: true } }, 'ticket.created.sms'],
      [{ 'ticket.exploded': { email: true } }, 'ticket.exploded'],
    ]
    for (const [body, field] of wrong) {
      const { errors } = assertFailure(await patch(body), { status: 400 })
      assert.ok(Object.keys(errors ?? {}).length === 1, `${field}: ${JSON.stringify(errors)}`)
    }
    assert.deepEqual((await get()).json().data, byDefault)
  })

  it('are not there for nobody', async () => {
    const nobody = bearer({ sub: 'nobody@example.com' })
    // The same name in another tenant is another person, or none.
    const elsewhere = bearer({ sub: 'p1@example.com', tenant_id: 2 })
    for (const answer of [await get(nobody), await patch({}, nobody), await get(elsewhere)])
      assertFailure(answer, { status: 404, code: 'notification_settings.not_found' })
    assertFailure(await patch({}, {}), { status: 401 })
  })
})
