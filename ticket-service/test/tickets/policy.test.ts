import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  type Ask,
  all,
  allows,
  type Context,
  contexts,
  createAsk,
  foreign,
  type Method,
} from './policy-asking.ts'
import { type Route, routes } from './policy-routes.ts'
import {
  buildWorld,
  everyPart,
  has,
  isPublic,
  markOf,
  type Part,
  type Sight,
  sightOf,
  type Ticket,
  viewers,
} from './policy-world.ts'

type Of<K extends Route['kind']> = Extract<Route, { kind: K }>

describe('who sees what', () => {
  let s: TicketService
  let tickets: Ticket[]
  let ask: Ask
  let count: () => number
  const marked = { shown: 0, crossed: 0, told: 0 }
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn', SLA_INTERVAL_MS: '0' })
    tickets = await buildWorld(s)
    Object.assign(marked, { shown: 0, crossed: 0, told: 0 })
    ;({ ask, count } = createAsk(s))
  })
  after(() => s.close())

  const some = ({ step, by }: Context) =>
    tickets.filter((_, index) => (index + viewers.indexOf(by)) % step === 0)
  /** Whether a part of a ticket is for whoever sees so much of it. */
  const isDue = (sight: Sight, ticket: Ticket, part: Part) =>
    (sight === 'all' || (sight === 'public' && isPublic(part))) && has(ticket, part)
  const due = (sight: Sight, ticket: Ticket, parts: readonly Part[]): string[] =>
    parts.filter((part) => isDue(sight, ticket, part)).map((part) => markOf(ticket, part))
  /** All that somebody may come to see anywhere. */
  const inSight = ({ by, tenant }: Context): Set<string> =>
    new Set(tickets.flatMap((ticket) => due(sightOf(by, tenant, ticket), ticket, everyPart)))
  const assertShown = (marks: string[], expected: string[], what: string) => {
    const isExpected = new Set(expected)
    const crossed = marks.filter((mark) => !isExpected.has(mark))
    marked.shown += marks.length - crossed.length
    marked.crossed += crossed.length
    assert.deepEqual(marks, [...isExpected].sort(), what)
  }

  it('classifies every route of the service, and no other', async () => {
    const { paths } = (await s.app.inject('/openapi.json')).json()
    const known = Object.entries<object>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    assert.deepEqual(Object.keys(routes).sort(), known.sort())
  })

  const assertOne = async (context: Context, name: string, method: Method, route: Of<'one'>) => {
    const { roles = 'all', inPublic, lacks = () => false } = route.more
    for (const ticket of some(context)) {
      const sight = sightOf(context.by, context.tenant, ticket)
      const url = route.url(ticket)
      const what = `${name} ${url} (${ticket.number}) by ${context.what}, who sees ${sight}`
      const { status, body, marks } = await ask(context, method, url)
      const isShown = sight === 'all' || (sight === 'public' && inPublic === undefined)
      const refusal = sight === 'public' ? inPublic : 404
      const expected = isShown ? (lacks(ticket) ? 404 : 200) : refusal
      assert.equal(status, allows(context, roles) ? expected : 403, `${what} ${body}`)
      assertShown(marks, status === 200 ? due(sight, ticket, route.shows) : [], what)
    }
  }

  const assertMany = async (context: Context, name: string, { url, shows, roles, ofTenant }: Of<'many'>) => {
    const { status, marks } = await ask(context, 'GET', url)
    const what = `${name} by ${context.what}`
    const isAllowed = allows(context, roles)
    assert.equal(status, isAllowed ? 200 : 403, what)
    const expected = tickets.flatMap((ticket) => {
      const sight = sightOf(context.by, context.tenant, ticket)
      return due(ofTenant && ticket.tenantId === context.tenant ? 'all' : sight, ticket, shows)
    })
    assertShown(marks, isAllowed ? expected : [], what)
  }

  const searched = ['title', 'description', 'reply'] as const
  const assertSearch = async (context: Context, name: string, route: Of<'search'>) => {
    for (const ticket of some(context))
      for (const part of ['note', searched[ticket.number % 3] ?? 'title'] as const) {
        const sight = sightOf(context.by, context.tenant, ticket)
        const { status, marks } = await ask(context, 'GET', route.url(markOf(ticket, part)))
        const what = `${name} for ${markOf(ticket, part)} by ${context.what}`
        assert.equal(status, 200, what)
        assertShown(marks, isDue(sight, ticket, part) ? due(sight, ticket, route.shows) : [], what)
      }
  }

  it('is as contract 7 says, for each route that reads × viewer × ticket × tenant, with and without X-Tenant-ID', async (t) => {
    for (const context of contexts)
      for (const { name, method, route } of all) {
        if (route.kind === 'one') await assertOne(context, name, method, route)
        else if (route.kind === 'many') await assertMany(context, name, route)
        else if (route.kind === 'search') await assertSearch(context, name, route)
      }
    const { shown, crossed } = marked
    t.diagnostic(
      `${all.length} routes, ${tickets.length} tickets, ${contexts.length} viewers in their tenants`,
    )
    t.diagnostic(`${count()} requests, ${shown} marks shown to whom they are due, ${crossed} cross reads`)
    assert.equal(crossed, 0)
    assert.ok(shown > 5000)
  })

  it('is no more on any other route that reads, and roles that have no business there are refused', async (t) => {
    const before = count()
    for (const context of contexts)
      for (const { name, method, route } of all) {
        if (route.kind !== 'managed' && route.kind !== 'other' && route.kind !== 'told') continue
        const isRefused = route.kind === 'managed' && !allows(context, route.roles)
        if (method !== 'GET' && method !== 'HEAD' && !isRefused) continue
        const { status, marks } = await ask(context, method, route.url)
        const what = `${name} by ${context.what}`
        if (isRefused) assert.equal(status, 403, what)
        if (route.kind === 'told') marked.told += marks.length
        const by = route.kind === 'told' ? (context.by.account ?? context.by) : context.by
        const seen = inSight({ ...context, by })
        assert.deepEqual(
          marks.filter((mark) => !seen.has(mark)),
          [],
          what,
        )
      }
    t.diagnostic(`${count() - before} requests, ${marked.told} marks in notifications`)
    assert.ok(marked.told > 100)
  })

  it('is nothing in a tenant that is not theirs: 403 on every route', async (t) => {
    const before = count()
    const [ticket] = tickets
    assert.ok(ticket)
    for (const context of foreign)
      for (const { name, method, route } of all) {
        if (route.kind === 'other' && route.isOpen) continue
        const { kind, url } = route
        const path = typeof url === 'string' ? url : kind === 'search' ? url('word') : url(ticket)
        const { status, marks } = await ask(context, method, path)
        assert.equal(status, 403, `${name} by ${context.what}`)
        assert.deepEqual(marks, [], name)
      }
    t.diagnostic(`${count() - before} requests`)
  })
})
