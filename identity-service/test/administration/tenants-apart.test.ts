import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Role, roles } from '@werk/shared/auth/principal'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
/** Who may: everybody of the tenant, its admins, or the operators of the installation. */
type Audience = 'all' | 'admins' | 'operators'
type Things = { secret: string; tenant: number; user: number; team: number; lead: number }
type Route = {
  method: Method
  path: string
  audience: Audience
  /** the url that names things of a tenant; without any, the route is about the caller's own tenant */
  url: (of: Things) => string
  named?: true
  body?: (of: Things) => object | string
  headers?: Record<string, string>
  status?: number
}

let fresh = 0
const unique = () => {
  fresh += 1
  return `fresh-${fresh}`
}
const csv = { 'content-type': 'text/csv' }
const emptyCsv = () => 'name,last_name,email,password,created_at\n'

/** Every route of tenants, users, teams, profile, settings and audit. */
const routes: Route[] = [
  { method: 'GET', path: '/admin/tenants', audience: 'operators', url: () => '/admin/tenants?limit=100' },
  {
    method: 'POST',
    path: '/admin/tenants',
    audience: 'operators',
    url: () => '/admin/tenants',
    body: () => ({ name: unique() }),
    status: 201,
  },
  {
    method: 'GET',
    path: '/admin/tenants/:id',
    audience: 'operators',
    url: ({ tenant }) => `/admin/tenants/${tenant}`,
  },
  {
    method: 'PATCH',
    path: '/admin/tenants/:id',
    audience: 'operators',
    url: ({ tenant }) => `/admin/tenants/${tenant}`,
    body: ({ secret }) => ({ name: `company ${secret}` }),
  },
  { method: 'GET', path: '/admin/users', audience: 'admins', url: () => '/admin/users?limit=100' },
  {
    method: 'POST',
    path: '/admin/users',
    audience: 'admins',
    url: () => '/admin/users',
    body: () => ({ name: 'New', username: unique(), role: 'user' }),
    status: 201,
  },
  {
    method: 'POST',
    path: '/admin/users/import',
    audience: 'admins',
    url: () => '/admin/users/import',
    body: emptyCsv,
    headers: csv,
  },
  {
    method: 'GET',
    path: '/admin/users/:id',
    audience: 'admins',
    named: true,
    url: ({ user }) => `/admin/users/${user}`,
  },
  {
    method: 'PATCH',
    path: '/admin/users/:id',
    audience: 'admins',
    named: true,
    url: ({ user }) => `/admin/users/${user}`,
    body: ({ secret }) => ({ name: `person ${secret}` }),
  },
  {
    method: 'POST',
    path: '/admin/users/:id/sessions/end',
    audience: 'admins',
    named: true,
    url: ({ user }) => `/admin/users/${user}/sessions/end`,
  },
  { method: 'GET', path: '/admin/teams', audience: 'admins', url: () => '/admin/teams?limit=100' },
  {
    method: 'POST',
    path: '/admin/teams',
    audience: 'admins',
    url: () => '/admin/teams',
    body: () => ({ name: unique() }),
    status: 201,
  },
  {
    method: 'PATCH',
    path: '/admin/teams/:id',
    audience: 'admins',
    named: true,
    url: ({ team }) => `/admin/teams/${team}`,
    body: ({ secret }) => ({ name: `team ${secret} ${unique()}` }),
  },
  {
    method: 'PUT',
    path: '/admin/teams/:id/members/:userId',
    audience: 'admins',
    named: true,
    url: ({ team, user }) => `/admin/teams/${team}/members/${user}`,
  },
  {
    method: 'DELETE',
    path: '/admin/teams/:id/members/:userId',
    audience: 'admins',
    named: true,
    url: ({ team, user }) => `/admin/teams/${team}/members/${user}`,
  },
  {
    method: 'DELETE',
    path: '/admin/teams/:id',
    audience: 'admins',
    named: true,
    url: ({ team }) => `/admin/teams/${team}`,
  },
  { method: 'GET', path: '/admin/audit', audience: 'admins', url: () => '/admin/audit?limit=100' },
  { method: 'GET', path: '/admin/audit/verify', audience: 'operators', url: () => '/admin/audit/verify' },
  { method: 'GET', path: '/api/v1/profile', audience: 'all', url: () => '/api/v1/profile' },
  {
    method: 'PATCH',
    path: '/api/v1/profile',
    audience: 'all',
    url: () => '/api/v1/profile',
    body: () => ({ lastname: 'Changed' }),
  },
  { method: 'GET', path: '/api/v1/settings', audience: 'all', url: () => '/api/v1/settings' },
  {
    method: 'PATCH',
    path: '/api/v1/settings',
    audience: 'all',
    url: () => '/api/v1/settings',
    body: () => ({ user: { theme: 'dark' } }),
  },
  { method: 'GET', path: '/api/v1/teams', audience: 'all', url: () => '/api/v1/teams?limit=100' },
  {
    method: 'GET',
    path: '/api/v1/teams/:id/members',
    audience: 'all',
    named: true,
    url: ({ team }) => `/api/v1/teams/${team}/members`,
  },
]

const first = 1
const second = await makeTenant({ name: 'company secret-of-2' })
const tenants = [first, second]

/** Things of a tenant whose names give it away wherever they show. */
async function makeThings(tenant: number): Promise<Things> {
  const secret = `secret-of-${tenant === first ? 1 : 2}`
  const { id: user } = await makeUser('user', tenant, { name: `person ${secret}` })
  const { id: lead } = await makeUser('agent', tenant, { name: `lead ${secret}` })
  const body = { name: `team ${secret} ${unique()}` }
  const team = dataOf<{ id: number }>(
    await ask(app, operator.token, 'POST', '/admin/teams', { body, tenant }),
    201,
  ).id
  for (const member of [user, lead])
    dataOf(await ask(app, operator.token, 'PUT', `/admin/teams/${team}/members/${member}`, { tenant }))
  return { secret, tenant, user, team, lead }
}

const isOperator = (role: Role, tenant: number) => tenant === first && (role === 'admin' || role === 'vendor')

/** What a caller of a tenant is to be answered who asks for things of a tenant, by its X-Tenant-ID or without. */
function expected(
  route: Route,
  role: Role,
  { own, header, of }: { own: number; header: number | null; of: number },
): number {
  const operates = isOperator(role, own)
  const worksIn = header ?? own
  if (worksIn !== own && !operates) return 403
  if (route.audience === 'operators') return operates ? (route.status ?? 200) : 403
  if (route.audience === 'admins' && role !== 'admin') return 403
  return route.named === true && of !== worksIn ? 404 : (route.status ?? 200)
}

test('every route is one that the service has, and no admin, profile, settings or team route is left out', async () => {
  const described = (await app.inject({ url: '/openapi.json' })).json().paths as Record<string, object>
  const served = Object.entries(described)
    .filter(([path]) => /^\/(admin\/|api\/v1\/(profile|settings|teams))/.test(path))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
  const known = routes.map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(known.sort(), served.sort())
})

test('every route × role × tenant × named tenant × owner: the right status, and 0 cross reads', async (t) => {
  let asked = 0
  const wrong: string[] = []
  const crossed: string[] = []
  for (const own of tenants) {
    for (const role of roles) {
      let caller = await makeUser(role, own, { name: 'A caller' })
      for (const of of tenants) {
        let things = await makeThings(of)
        for (const header of [null, ...tenants]) {
          for (const route of routes) {
            const what = { own, header, of }
            const answer = await ask(app, caller.token, route.method, route.url(things), {
              ...(route.body !== undefined && { body: route.body(things) }),
              ...(route.headers !== undefined && { headers: route.headers }),
              ...(header !== null && { tenant: header }),
            })
            asked += 1
            const name = `${role} of ${own} in ${header ?? 'its own'}: ${route.method} ${route.path} of ${of}`
            const status = expected(route, role, what)
            if (answer.statusCode !== status) wrong.push(`${name}: ${answer.statusCode}, not ${status}`)
            const worksIn = header ?? own
            const foreign = worksIn === first ? 'secret-of-2' : 'secret-of-1'
            if (route.audience !== 'operators' && answer.body.includes(foreign)) crossed.push(name)
            if (answer.statusCode === 403 && answer.body.includes('secret-of')) crossed.push(name)
            if (answer.statusCode < 300 && route.method === 'DELETE') things = await makeThings(of)
            if (answer.statusCode === 401) caller = await makeUser(role, own, { name: 'A caller' })
          }
        }
      }
    }
  }
  t.diagnostic(`${asked} requests, ${crossed.length} cross reads, ${wrong.length} wrong answers`)
  assert.deepEqual({ crossed, wrong }, { crossed: [], wrong: [] })
})

test('the same Idempotency-Key in two tenants makes two things', async () => {
  const headers = { 'idempotency-key': 'the-same-key' }
  for (const [path, body] of [
    ['/admin/teams', { name: 'The same team' }],
    ['/admin/users', { name: 'The same', email: 'never.sent.twice@example.com', role: 'user' }],
  ] as const) {
    const answers = []
    for (const tenant of tenants)
      answers.push(await ask(app, operator.token, 'POST', path, { body, headers, tenant }))
    assert.equal(answers[0]?.statusCode, 201, answers[0]?.body)
    // An e-mail is one account's over all tenants: the second is refused, and not answered with the first.
    assert.equal(answers[1]?.statusCode, path === '/admin/teams' ? 201 : 409)
    assert.equal(answers[1]?.headers['idempotency-replayed'], undefined)
    assert.notEqual(answers[0]?.json().data?.id, answers[1]?.json().data?.id)
  }
})

test('without a token every route is 401', async () => {
  const things = await makeThings(first)
  for (const { method, url, body, headers = {} } of routes) {
    const payload = body?.(things)
    const answer = await app.inject({
      method,
      url: url(things),
      headers,
      ...(payload !== undefined && { payload }),
    })
    assert.equal(answer.statusCode, 401, `${method} ${url(things)}`)
  }
})
