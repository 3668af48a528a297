import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Entry = {
  seq: number
  at: string
  tenant_id: number
  actor_id: number | null
  actor: string | null
  action: string
  subject: string
  address: string | null
  request_id: string | null
  details: Record<string, unknown> | null
}
const read = (filter: string, tenant?: number, token = operator.token) =>
  ask(app, token, 'GET', `/admin/audit?${filter}`, tenant === undefined ? {} : { tenant })

test('an entry says who did what to whom, when, and from where', async () => {
  const person = await makeUser('user')
  const headers = { 'x-request-id': 'the-request-of-this-test' }
  const body = { role: 'agent' }
  dataOf(await ask(app, operator.token, 'PATCH', `/admin/users/${person.id}`, { body, headers }))
  const [entry] = dataOf<Entry[]>(await read(`subject=user:${person.id}&action=account.changed`))
  assert.ok(Math.abs(Date.now() - Date.parse(String(entry?.at))) < 60_000)
  assert.deepEqual(
    [entry?.tenant_id, entry?.actor, entry?.address, entry?.request_id],
    [1, operator.email, '127.0.0.1', 'the-request-of-this-test'],
  )
  assert.deepEqual(entry?.details, { role: 'agent', sessions_ended: 1 })
  const byActor = dataOf<Entry[]>(await read(`actor_id=${entry?.actor_id}&limit=1`))
  assert.equal(byActor.at(0)?.seq, entry?.seq)
})

test('the list is newest first, page by page, within times', async () => {
  const tenant = await makeTenant()
  const between = []
  for (let n = 0; n < 3; n += 1) between.push(await makeUser('user', tenant))
  const all = dataOf<Entry[]>(await read('limit=100', tenant))
  const actions = ['session.opened', 'account.made']
  assert.deepEqual(
    all.map(({ action }) => action),
    [...actions, ...actions, ...actions, 'tenant.made'],
  )
  assert.deepEqual(
    all.map(({ seq }) => seq),
    all.map(({ seq }) => seq).sort((a, b) => b - a),
  )
  const seen: number[] = []
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const answer: Awaited<ReturnType<typeof read>> = await read(`limit=3${cursor}`, tenant)
    seen.push(...dataOf<Entry[]>(answer).map(({ seq }) => seq))
    const { next_cursor } = answer.json().meta.pagination
    cursor = next_cursor === undefined ? undefined : `&cursor=${next_cursor}`
  }
  assert.deepEqual(
    seen,
    all.map(({ seq }) => seq),
  )
  const [newest, ...older] = all
  const to = encodeURIComponent(String(newest?.at))
  const before = dataOf<Entry[]>(await read(`to=${to}&limit=100`, tenant))
  assert.deepEqual(
    before,
    older.filter(({ at }) => at < String(newest?.at)),
  )
  const since = dataOf<Entry[]>(await read(`from=${to}&limit=100`, tenant))
  assert.deepEqual(
    since,
    all.filter(({ at }) => at >= String(newest?.at)),
  )
  for (const wrong of ['from=yesterday', 'actor_id=x', 'limit=0'])
    assertFailure(await read(wrong), { status: 400 })
})

test('passwords, hashes and tokens are not in it', async () => {
  const person = await makeUser('user')
  const text = (await read('limit=100')).body
  assert.ok(!text.includes(person.password) && !text.includes(operator.password))
  assert.ok(!text.includes('$2b$') && !text.includes(person.token.slice(0, 40)))
})

test('nothing but a GET is there', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const)
    for (const path of ['/admin/audit', '/admin/audit/1', '/admin/audit/verify'])
      assertFailure(await ask(app, operator.token, method, path, { body: {} }), { status: 404 })
})
