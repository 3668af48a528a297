import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { query } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Settings = {
  user: { language: string; time_zone: string; theme: string; notifications: Record<string, boolean> }
  tenant: { language: string; time_zone: string } | null
}
const path = '/api/v1/settings'
const look = async (token: string, tenant?: number) =>
  dataOf<Settings>(await ask(app, token, 'GET', path, tenant === undefined ? {} : { tenant }))
const change = (token: string, body: object, tenant?: number) =>
  ask(app, token, 'PATCH', path, { body, ...(tenant !== undefined && { tenant }) })

const defaults = {
  language: 'en',
  time_zone: 'UTC',
  theme: 'system',
  notifications: { email: true, in_app: true },
}

test('who has set nothing has the defaults; the tenant’s are for its admins alone', async () => {
  const tenant = await makeTenant()
  assert.deepEqual(await look((await makeUser('user', tenant)).token), { user: defaults, tenant: null })
  assert.deepEqual(await look((await makeUser('vendor', tenant)).token), { user: defaults, tenant: null })
  assert.deepEqual(await look((await makeUser('admin', tenant)).token), {
    user: defaults,
    tenant: { language: 'en', time_zone: 'UTC' },
  })
})

test('a change merges: what is not named stays', async () => {
  const { id, token } = await makeUser('user')
  dataOf(await change(token, { user: { theme: 'dark', notifications: { email: false } } }))
  const changed = dataOf<Settings>(
    await change(token, { user: { language: 'pt-br', time_zone: 'America/Sao_Paulo', notifications: {} } }),
  )
  assert.deepEqual(changed.user, {
    language: 'pt-BR',
    time_zone: 'America/Sao_Paulo',
    theme: 'dark',
    notifications: { email: false, in_app: true },
  })
  assert.deepEqual(await look(token), changed)
  assert.deepEqual(dataOf(await change(token, {})), changed)
  const audit = await ask(
    app,
    operator.token,
    'GET',
    `/admin/audit?action=settings.changed&subject=user:${id}`,
  )
  assert.equal(dataOf<unknown[]>(audit).length, 2)
})

test('changes at once all count', async () => {
  const { token } = await makeUser('user')
  const changes = [
    { theme: 'light' },
    { language: 'de' },
    { time_zone: 'Asia/Kolkata' },
    { notifications: { email: false } },
    { notifications: { in_app: false } },
  ]
  await Promise.all(changes.map(async (user) => dataOf(await change(token, { user }))))
  assert.deepEqual((await look(token)).user, {
    language: 'de',
    time_zone: 'Asia/Kolkata',
    theme: 'light',
    notifications: { email: false, in_app: false },
  })
})

test('what is no language, time zone or setting is refused by its name', async () => {
  const { token } = await makeUser('user')
  const cases: [object, string][] = [
    [{ user: { time_zone: 'Mars/Olympus' } }, 'user.time_zone'],
    [{ user: { time_zone: '+01:00' } }, 'user.time_zone'],
    [{ user: { time_zone: '../../etc/passwd' } }, 'user.time_zone'],
    [{ user: { language: 'en_US' } }, 'user.language'],
    [{ user: { language: 'not a language' } }, 'user.language'],
    [{ user: { theme: 'pink' } }, 'user.theme'],
    [{ user: { notifications: { sms: true } } }, 'user.notifications.sms'],
    [{ user: { notifications: { email: 'yes' } } }, 'user.notifications.email'],
    [{ user: { is_admin: true } }, 'user.is_admin'],
    [{ everybody: {} }, 'everybody'],
  ]
  for (const [body, field] of cases)
    assertFailure(await change(token, body), { status: 400, fields: [field] })
  assert.deepEqual((await look(token)).user, defaults)
})

test('an admin sets the tenant’s, which hold for who has set nothing else', async () => {
  const tenant = await makeTenant()
  const admin = await makeUser('admin', tenant)
  const one = await makeUser('user', tenant)
  const two = await makeUser('user', tenant)
  dataOf(await change(two.token, { user: { language: 'fr' } }))
  const place = { language: 'es', time_zone: 'Europe/Madrid' }
  assert.deepEqual(dataOf<Settings>(await change(admin.token, { tenant: place })).tenant, place)
  assert.deepEqual((await look(one.token)).user, { ...defaults, ...place })
  assert.deepEqual((await look(two.token)).user, { ...defaults, ...place, language: 'fr' })
  assert.deepEqual((await look(operator.token, tenant)).tenant, place)
  assert.deepEqual((await look(operator.token)).tenant, { language: 'en', time_zone: 'UTC' })
})

test('others than its admins cannot change the tenant’s, and their own stay as they were', async () => {
  const tenant = await makeTenant()
  for (const role of ['user', 'agent', 'committee', 'vendor'] as const) {
    const { token } = await makeUser(role, tenant)
    const body = { user: { theme: 'dark' }, tenant: { language: 'es' } }
    assertFailure(await change(token, body), { status: 403, code: 'settings.forbidden' })
    assert.equal((await look(token)).user.theme, 'system')
  }
  const [row] = await query<{ settings: string | null }[]>(
    service,
    'SELECT settings FROM tenants WHERE id = ?',
    [tenant],
  )
  assert.equal(row?.settings, null)
})
