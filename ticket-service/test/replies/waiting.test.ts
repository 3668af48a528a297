import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { raise, replyTo } from '../kit/desk.ts'
import { type Assigned, admin, agent, owner, startAssigned } from './assigned.ts'

describe('waiting for the requester', () => {
  let s: Assigned
  before(async () => {
    s = await startAssigned()
  })
  after(() => s.close())

  const waits = async (id: string) => 'waiting_since' in (await s.ticket(id))

  it('begins with a reply of staff that says so, and ends with the owner’s next', async () => {
    const id = await s.raiseAssigned()
    await replyTo(s.app, agent, id, { message: 'is it on?', waiting: true })
    assert.equal(await waits(id), true)
    await replyTo(s.app, agent, id, { message: 'hello?' })
    await replyTo(s.app, admin, id, { message: 'still nothing', internal: true })
    assert.equal(await waits(id), true)
    await replyTo(s.app, owner, id, { message: 'yes' })
    assert.equal(await waits(id), false)
    const actions = ['assigned', 'replied', 'waiting', 'replied', 'noted', 'replied', 'resumed']
    assert.deepEqual(await s.actionsOf(id), actions)
  })

  it('is begun by nobody else → 403', async () => {
    const id = await s.raiseAssigned()
    const answer = await replyTo(s.app, owner, id, { message: 'a', waiting: true })
    assertFailure(answer, { status: 403, code: 'reply.forbidden' })
    assert.deepEqual(await s.repliesOf(id), [])
  })

  it('goes on where an agent who is the requester too says so again', async () => {
    const { id } = await raise(s.app, agent)
    for (const message of ['later', 'even later']) {
      await replyTo(s.app, agent, id, { message, waiting: true })
      assert.equal(await waits(id), true, message)
    }
    await replyTo(s.app, agent, id, { message: 'now' })
    assert.equal(await waits(id), false)
  })
  it('and when staff first answered in public is noted: not the owner’s, no note, and once', async () => {
    const firstResponse = async (id: string) => (await s.ticket(id)).first_response_at
    const id = await s.raiseAssigned()
    await replyTo(s.app, owner, id, { message: 'a' })
    await replyTo(s.app, agent, id, { message: 'a', internal: true })
    assert.equal(await firstResponse(id), undefined)
    const answer = await replyTo(s.app, agent, id, { message: 'a' })
    const first = await firstResponse(id)
    assert.equal(first, answer.json().data.created_at)
    await replyTo(s.app, admin, id, { message: 'b' })
    assert.equal(await firstResponse(id), first)
  })
})
