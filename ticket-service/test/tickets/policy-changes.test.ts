import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { raise } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { type Answer, type Ask, all, type Context, contexts, createAsk } from './policy-asking.ts'
import { buildWorld, people, type Sight, sightOf, type Ticket } from './policy-world.ts'

const unknown = { id: '01a22431-3d52-7125-8f80-c64f7c3b27aa' }
const changing = all.filter(({ route }) => route.kind === 'change' || route.kind === 'naming')

describe('who changes what', () => {
  let s: TicketService
  let tickets: Ticket[]
  let ask: Ask
  let count: () => number
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn', SLA_INTERVAL_MS: '0' })
    tickets = await buildWorld(s)
    ;({ ask, count } = createAsk(s))
  })
  after(() => s.close())

  /** All that there is of tickets. */
  const everything = () => {
    const own = ['ticket_replies', 'ticket_activities', 'ticket_watchers', 'ticket_tags', 'ticket_ratings']
    const counts = own.map((table) => `(SELECT COUNT(*) FROM ${table} WHERE ticket_id = t.id) AS ${table}`)
    return sql(
      s.database,
      `SELECT id, status, agent_id, merged_into, version, ${counts.join(', ')},
        (SELECT COUNT(*) FROM ticket_links WHERE from_ticket_id = t.id OR to_ticket_id = t.id) AS links
        FROM tickets t ORDER BY id`,
    )
  }
  /** One of each kind that the viewer does not see. */
  const hiddenFrom = ({ by, tenant }: Context): Ticket[] => {
    const hidden = tickets.filter((ticket) => sightOf(by, tenant, ticket) === 'nothing')
    const kindOf = (ticket: Ticket) =>
      `${ticket.tenantId === tenant} ${ticket.agent === null} ${by.owns(ticket)}`
    return [...new Map(hidden.map((ticket) => [kindOf(ticket), ticket])).values()]
  }
  /** One that the viewer sees, as well as there is one; else one that is not there. */
  const seenBy = ({ by, tenant }: Context): Pick<Ticket, 'id'> => {
    const first = (sight: Sight) => tickets.find((ticket) => sightOf(by, tenant, ticket) === sight)
    return first('all') ?? first('public') ?? { id: '01a22431-4e63-7125-8f80-c64f7c3b27aa' }
  }
  /** What an answer says, whatever it is about. */
  const gistOf = ({ status, body }: Answer, id: string) => {
    const { code, message, errors, data } = JSON.parse(body)
    return JSON.stringify({ status, code, message, errors, data }).replaceAll(id, 'an id')
  }

  it('nobody changes what they do not see: it is as if it were not there, and nothing happens', async (t) => {
    const present = await everything()
    for (const context of contexts)
      for (const { name, method, route } of changing) {
        const seen = seenBy(context)
        const change = (to: Pick<Ticket, 'id'>) => {
          if (route.kind === 'change') return ask(context, method, route.url(to), route.payload?.(seen))
          assert.ok(route.kind === 'naming')
          return ask(context, method, route.url(seen), route.payload(to))
        }
        const expected = gistOf(await change(unknown), unknown.id)
        assert.match(expected, /not_found|forbidden/, `${name} by ${context.what}`)
        for (const ticket of hiddenFrom(context)) {
          const answer = await change(ticket)
          assert.equal(gistOf(answer, ticket.id), expected, `${name} of ${ticket.number} by ${context.what}`)
          assert.deepEqual(answer.marks, [])
        }
      }
    assert.deepEqual(await everything(), present)
    t.diagnostic(
      `${changing.length} routes, ${contexts.length} viewers in their tenants, ${count()} requests`,
    )
  })

  it('to those who see a ticket it is there, on each of these routes', async () => {
    const { user, admin } = people[1]
    for (const { name, method, route } of changing) {
      if (route.kind !== 'change') continue
      const [ticket, other] = [await raise(s.app, user), await raise(s.app, user)]
      const payload = route.payload?.(other)
      const { headers } = admin
      const answer = await s.app.inject({
        method,
        url: route.url(ticket),
        headers,
        ...(payload && { payload }),
      })
      assert.ok(answer.statusCode < 500, `${name} ${answer.body}`)
      assert.notEqual(answer.json().code, 'ticket.not_found', name)
    }
  })
})
