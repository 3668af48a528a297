import type { Pool } from '@werk/shared/database/pool'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'

type Caller = { email: string; tenant_id: number }

/** The columns of the Tickets dialect. */
const columns =
  'id, tenant_id, user_id, member_id, agent_id, title, category, priority, status, escalation_level, description, attachment_url, ' +
  'created_at, updated_at, inv_gate_id, creator_email, creator_key, waiting_since, response_due_at, resolution_due_at, ' +
  'first_response_at, closed_at, merged_into, version'

type Row = Record<string, string | number | Date | null> & { id: string; creator_email: string }

const Ticket = Type.Object({
  id: Type.String(),
  tenant_id: Type.Integer(),
  user_id: Type.Integer(),
  member_id: Type.Optional(Type.Integer()),
  agent_id: Type.Optional(Type.Integer()),
  title: Type.String(),
  category: Type.String(),
  priority: Type.String(),
  status: Type.String(),
  escalation_level: Type.Integer(),
  description: Type.String(),
  attachment_url: Type.Optional(Type.String()),
  created_at: Type.String(),
  updated_at: Type.String(),
  inv_gate_id: Type.Optional(Type.Integer()),
  creator: Type.String(),
  waiting_since: Type.Optional(Type.String()),
  response_due_at: Type.Optional(Type.String()),
  resolution_due_at: Type.Optional(Type.String()),
  first_response_at: Type.Optional(Type.String()),
  closed_at: Type.Optional(Type.String()),
  merged_into: Type.Optional(Type.String()),
  version: Type.Integer(),
})

const envelopeOf = <T extends ReturnType<typeof Type.Array> | typeof Ticket>(data: T) =>
  Type.Object({
    ok: Type.Boolean(),
    success: Type.Boolean(),
    message: Type.String(),
    data,
    error: Type.Null(),
    errors: Type.Null(),
    meta: Type.Object({
      request_id: Type.String(),
      timestamp: Type.String(),
      pagination: Type.Optional(
        Type.Object({
          next_cursor: Type.Optional(Type.String()),
          has_next: Type.Boolean(),
          has_prev: Type.Boolean(),
          limit: Type.Integer(),
        }),
      ),
    }),
  })

/** The floor's answers in the Tickets dialect: one read each, the same rows in the same envelope, and no rules. */
export function registerTicketsDialect(
  app: FastifyInstance,
  pool: Pool,
  callerOf: (request: FastifyRequest) => Caller,
): void {
  app.get<{ Params: { id: string } }>(
    '/tickets/:id',
    { schema: { response: { 200: envelopeOf(Ticket) } } },
    async (request) => {
      const { tenant_id } = callerOf(request)
      const [row] = await pool.execute<Row[]>(
        `SELECT ${columns} FROM tickets WHERE id = ? AND tenant_id = ?`,
        [request.params.id, tenant_id],
      )
      if (row === undefined) throw new Error('no such ticket')
      return envelope(request.id, toTicket(row))
    },
  )

  app.get('/tickets', { schema: { response: { 200: envelopeOf(Type.Array(Ticket)) } } }, async (request) => {
    const { tenant_id, email } = callerOf(request)
    const rows = await pool.execute<Row[]>(
      `SELECT ${columns} FROM tickets FORCE INDEX (tickets_tenant_id_creator_key_id_idx)
        WHERE tenant_id = ? AND creator_key = ? ORDER BY id LIMIT 21`,
      [tenant_id, email],
    )
    const page = rows.slice(0, 20)
    const next = rows.length > 20 ? { next_cursor: page.at(-1)?.id } : {}
    const pagination = { ...next, has_next: rows.length > 20, has_prev: false, limit: 20 }
    return envelope(request.id, page.map(toTicket), { pagination })
  })
}

function toTicket({ creator_email, creator_key: _, ...row }: Row) {
  const present = Object.entries(row).filter(([, value]) => value !== null)
  const wire = present.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value])
  return { ...Object.fromEntries(wire), creator: creator_email }
}

function envelope(requestId: string, data: unknown, more: object = {}) {
  const meta = { request_id: requestId, timestamp: new Date().toISOString(), ...more }
  return { ok: true, success: true, message: 'ok', data, error: null, errors: null, meta }
}
