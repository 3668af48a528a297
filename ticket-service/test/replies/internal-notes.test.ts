import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { patch, raise, read, replyTo } from '../kit/desk.ts'
import { type Assigned, admin, agent, otherAgent, owner, startAssigned, vendor } from './assigned.ts'

describe('an internal note', () => {
  let s: Assigned
  before(async () => {
    s = await startAssigned()
  })
  after(() => s.close())

  it('is among those who answer the ticket: not in the owner’s replies, activities, search, nor what they are told', async () => {
    const id = await s.raiseAssigned()
    const message = 'a quibbling customer'
    const answer = await replyTo(s.app, admin, id, { message, internal: true })
    assert.deepEqual([answer.statusCode, answer.json().data.internal], [201, true])
    for (const by of [agent, admin, vendor]) {
      assert.deepEqual(await s.repliesOf(id, by), [answer.json().data])
      assert.deepEqual(await s.actionsOf(id, by), ['assigned', 'noted'])
      assert.equal((await read(s.app, by, '/tickets?limit=9&q=quibbling')).json().data.length, 1)
    }
    assert.deepEqual(await s.repliesOf(id, owner), [])
    assert.deepEqual(await s.actionsOf(id, owner), ['assigned'])
    assert.deepEqual((await read(s.app, owner, '/tickets?limit=9&q=quibbling')).json().data, [])
    assert.deepEqual(await s.toldOf(id), [agent.uid])
  })

  it('is not written by its owner → 403, also where the owner is an agent whose ticket another has', async () => {
    const id = await s.raiseAssigned()
    const answer = await replyTo(s.app, owner, id, { message: 'a', internal: true })
    assertFailure(answer, { status: 403, code: 'reply.forbidden' })
    const { id: ofAgent } = await raise(s.app, agent)
    await patch(s.app, admin, ofAgent, { agent_id: otherAgent.uid })
    assertFailure(await replyTo(s.app, agent, ofAgent, { message: 'a', internal: true }), { status: 403 })
    await replyTo(s.app, otherAgent, ofAgent, { message: 'about a colleague', internal: true })
    assert.deepEqual(await s.repliesOf(ofAgent, agent), [])
    assert.deepEqual(await s.actionsOf(ofAgent, agent), ['assigned'])
  })

  it('is no answer: the ticket waits on, and the time to respond runs on', async () => {
    const id = await s.raiseAssigned()
    await replyTo(s.app, agent, id, { message: 'a', internal: true })
    const { first_response_at } = (await read(s.app, agent, `/tickets/${id}`)).json().data
    assert.equal(first_response_at, undefined)
  })
})
