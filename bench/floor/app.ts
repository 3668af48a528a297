import jwt from '@fastify/jwt'
import { createPool, type DatabaseConfig } from '@werk/shared/database/pool'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { createdSchema, detailSchema, listSchema, toCreated, toDetail, toPage } from './answers.ts'
import { checkedInSchema, createCheckInWrite, type NewCheckIn } from './checkins.ts'
import { createDesk, type DeskConfig } from './desk.ts'
import { createReads, createWrite, type NewTicket } from './sql.ts'
import { registerTicketsDialect } from './tickets-dialect.ts'

export type FloorConfig = DatabaseConfig &
  DeskConfig & { JWT_SECRET: string; JWT_ISSUER: string; JWT_AUDIENCE: string }

type Caller = { sub: string; email: string; uid: number; tenant_id: number; invgate_id: number }

/**
 * The floor under the ticket-service: what somebody would write who wants the four answers and nothing else.
 *
 * It does the same useful work: the same driver with the same pool and session settings; @fastify/jwt's check of
 * signature, times, issuer and audience; the same rows and columns (detail reads ticket and attachments, the list one
 * row more than it shows); answers of the same shape through the response schemas; create posts the same JSON to
 * InvGate over kept-alive connections and then writes the row, in one INSERT; a check-in writes its scan and its event's
 * totals in one transaction.
 *
 * It has no rules: no validation, scopes by role, tenant header, limits, request ids, logs, metrics, security headers,
 * guest lists, spool, deadlines, retries or error answers, and no transaction around a create.
 */
export async function buildFloor(config: FloorConfig): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(jwt, {
    secret: config.JWT_SECRET,
    verify: { algorithms: ['HS256'], allowedIss: config.JWT_ISSUER, allowedAud: config.JWT_AUDIENCE },
  })
  const callerOf = ({ headers }: FastifyRequest) =>
    app.jwt.verify<Caller>((headers.authorization ?? '').slice('Bearer '.length))

  const pool = createPool(config)
  const { findTicket, listAttachments, listTickets } = createReads(pool)
  const insertTicket = createWrite(pool)
  const checkIn = createCheckInWrite(pool)
  const desk = createDesk(config)
  app.addHook('onClose', async () => {
    desk.close()
    await pool.end()
  })

  app.get('/readyz', async () => pool.query('SELECT 1'))

  app.get<{ Params: { id: string } }>(
    '/api/tickets/:id',
    { schema: { response: { 200: detailSchema } } },
    async (request) => {
      const { tenant_id, email } = callerOf(request)
      const ticket = await findTicket(tenant_id, email, Number(request.params.id))
      return toDetail(ticket, await listAttachments(ticket.id))
    },
  )

  app.get('/api/tickets', { schema: { response: { 200: listSchema } } }, async (request) => {
    const { tenant_id, email } = callerOf(request)
    return toPage(await listTickets(tenant_id, email, 0))
  })

  app.post<{ Body: NewTicket }>(
    '/api/tickets',
    { schema: { response: { 201: createdSchema } } },
    async (request, reply) => {
      const caller = callerOf(request)
      const ticket = { ...request.body, creator_id: caller.invgate_id, customer_id: caller.invgate_id }
      const incident = await desk.createIncident(ticket)
      const row = await insertTicket(ticket, caller, incident.id)
      return reply.code(201).send(toCreated(row, incident))
    },
  )

  app.post<{ Body: NewCheckIn }>(
    '/checkins',
    { schema: { response: { 201: checkedInSchema } } },
    async (request, reply) => reply.code(201).send(await checkIn(request.body, callerOf(request))),
  )
  registerTicketsDialect(app, pool, callerOf)
  return app
}
