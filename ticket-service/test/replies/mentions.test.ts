import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { replyTo } from '../kit/desk.ts'
import {
  type Assigned,
  admin,
  agent,
  foreign,
  idle,
  other,
  otherAgent,
  owner,
  startAssigned,
  vendor,
} from './assigned.ts'

describe('who is mentioned in a reply', () => {
  let s: Assigned
  before(async () => {
    s = await startAssigned()
  })
  after(() => s.close())

  it('tells whom it mentions, once, if they may see it', async () => {
    const id = await s.raiseAssigned()
    const mentions = [admin.uid, vendor.uid, admin.uid]
    assert.equal((await replyTo(s.app, agent, id, { message: 'a', mentions })).statusCode, 201)
    assert.deepEqual(await s.toldOf(id), [owner.uid, admin.uid, vendor.uid])
  })

  const who = {
    'another user': other,
    'an agent of other tickets': otherAgent,
    'another tenant’s': foreign,
  }
  for (const [what, { uid }] of Object.entries({ ...who, 'an account that is not active': idle }))
    it(`${what} → 400 with the field, and no reply`, async () => {
      const id = await s.raiseAssigned()
      const answer = await replyTo(s.app, agent, id, { message: 'a', mentions: [admin.uid, uid] })
      const { errors } = assertFailure(answer, { status: 400, code: 'reply.invalid', fields: ['mentions'] })
      assert.match(String(errors?.mentions), new RegExp(`\\b${uid}\\b`))
      assert.doesNotMatch(String(errors?.mentions), new RegExp(`\\b${admin.uid}\\b`))
      assert.deepEqual(await s.repliesOf(id), [])
      assert.deepEqual(await s.toldOf(id), [])
    })

  it('the owner in a note → 400; in a public reply they are told', async () => {
    const id = await s.raiseAssigned()
    const mentions = [owner.uid]
    assertFailure(await replyTo(s.app, agent, id, { message: 'a', internal: true, mentions }), {
      status: 400,
    })
    assert.equal((await replyTo(s.app, admin, id, { message: 'a', mentions })).statusCode, 201)
    assert.deepEqual(await s.toldOf(id), [owner.uid, agent.uid])
  })
})
