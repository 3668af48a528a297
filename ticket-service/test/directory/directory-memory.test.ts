import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey } from '@werk/shared/auth/api-key'
import { principalOf } from '@werk/shared/auth/principal'
import { createDirectoryMemory } from '../../src/directory/directory-memory.ts'
import { endedSession, gone, keyEntry, tenantEntry, userEntry } from '../kit/directory.ts'

function createMemory(now = () => new Date()) {
  const uses: number[] = []
  const memory = createDirectoryMemory({ clock: { now }, noteKeyUse: (id) => uses.push(id) })
  const admits = (claims: object) =>
    memory.directory.admits(principalOf({ sub: 'someone@example.com', exp: 1, ...claims }))
  return { memory, admits, uses }
}

test('whoever the feed says nothing of is let in', () => {
  const { memory, admits } = createMemory()
  assert.equal(admits({}), true)
  assert.equal(admits({ uid: 7, sid: 's' }), true)
  assert.equal(memory.directory.isTenantActive(7), true)
  assert.equal(memory.directory.findTenantByDomain('example.com'), null)
  assert.equal(memory.directory.findByApiKey('werk_x'), null)
})

test('a deactivated account is refused by its number, and without one by each of its login names in any case', () => {
  const { memory, admits } = createMemory()
  memory.apply([userEntry(1, { id: 7, email: 'Ada@Example.com', username: 'ada', active: false })])
  assert.equal(admits({ uid: 7 }), false)
  assert.equal(admits({ sub: 'ADA@example.COM' }), false)
  assert.equal(admits({ sub: 'Ada' }), false)
  assert.equal(admits({ sub: 'other', email: 'ada@example.com' }), false)
  assert.equal(admits({ uid: 8, sub: 'ada' }), true, 'a number wins over a name that is another now')
  memory.apply([userEntry(2, { id: 7, email: 'new@example.com', username: 'ada' })])
  for (const claims of [{ uid: 7 }, { sub: 'ada@example.com' }, { sub: 'ada' }])
    assert.equal(admits(claims), true, 'active again')
})

test('an account or tenant that is gone counts as one that is not active', () => {
  const { memory, admits } = createMemory()
  memory.apply([gone(1, 'user', 7), gone(2, 'tenant', 3)])
  assert.equal(admits({ uid: 7 }), false)
  assert.equal(memory.directory.isTenantActive(3), false)
})

test('a domain that moves names its new tenant, in whatever order its tenants are told of', () => {
  for (const order of [0, 1]) {
    const { memory } = createMemory()
    memory.apply([tenantEntry(1, { id: 1, domains: ['a.example.com', 'b.example.com'] })])
    const changes = [
      tenantEntry(2, { id: 1, domains: ['a.example.com'] }),
      tenantEntry(3, { id: 2, domains: ['b.example.com'] }),
    ]
    memory.apply(order === 0 ? changes : changes.toReversed())
    assert.equal(memory.directory.findTenantByDomain('a.example.com'), 1)
    assert.equal(memory.directory.findTenantByDomain('b.example.com'), 2)
  }
})

test('an API key speaks for its owner of now, until it expires, is revoked, or the owner is deactivated', () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const { memory, uses } = createMemory(() => now)
  const ask = () => memory.directory.findByApiKey('werk_secret')
  const key = keyEntry(1, {
    id: 5,
    hash: hashApiKey('werk_secret'),
    user_id: 7,
    expires_at: '2026-01-02T00:00:00Z',
  })
  memory.apply([key])
  assert.equal(ask(), null, 'nobody knows whose it is')
  assert.deepEqual(memory.missingKeyOwners(), [7])
  memory.apply([userEntry(2, { id: 7, tenant_id: 3, role: 'agent', invgate_id: 101 })])
  assert.deepEqual(memory.missingKeyOwners(), [])
  const principal = {
    sub: 'ada.7@example.com',
    email: 'ada.7@example.com',
    uid: 7,
    tenantId: 3,
    role: 'agent',
    name: 'Ada Lovelace',
    invgateId: 101,
    sid: null,
    scopes: ['tickets:read'],
  }
  assert.deepEqual(ask(), principal)
  assert.deepEqual(uses, [5])
  memory.apply([userEntry(3, { id: 7, active: false })])
  assert.equal(ask(), null)
  memory.apply([userEntry(4, { id: 7, role: 'admin' })])
  assert.deepEqual(ask(), { ...principal, tenantId: 1, role: 'admin', invgateId: null })
  now = new Date('2026-01-02T00:00:00Z')
  assert.equal(ask(), null, 'expired')
  now = new Date('2026-01-01T00:00:00Z')
  memory.apply([gone(5, 'api_key', 5)])
  assert.equal(ask(), null, 'revoked')
  assert.equal(uses.length, 2, 'a refused key was not used')
})

test('what replaces the directory forgets all of it but the sessions that ended', () => {
  const { memory, admits } = createMemory()
  memory.apply([
    endedSession(1, 's'),
    userEntry(2, { id: 7, active: false }),
    tenantEntry(3, { id: 3, active: false, domains: ['a.example.com'] }),
    keyEntry(4, { id: 5, hash: hashApiKey('werk_secret'), user_id: 8 }),
    userEntry(5, { id: 8 }),
  ])
  memory.replace([endedSession(1, 't')])
  assert.equal(admits({ sid: 's' }), false)
  assert.equal(admits({ sid: 't' }), false)
  assert.equal(admits({ uid: 7 }), true)
  assert.equal(memory.directory.isTenantActive(3), true)
  assert.equal(memory.directory.findTenantByDomain('a.example.com'), null)
  assert.equal(memory.directory.findByApiKey('werk_secret'), null)
  memory.forgetSessions(new Date('3000-01-01'))
  assert.equal(admits({ sid: 's' }), true, 'when all its tokens have expired')
})
