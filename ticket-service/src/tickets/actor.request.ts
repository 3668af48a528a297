import { callerOf } from '@werk/shared/auth/authenticate'
import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { FastifyRequest } from 'fastify'
import type { By } from './record-change.ts'
import type { Actor } from './ticket-event.ts'
import { type TicketScope, ticketScopeOf } from './ticket-policy.ts'

/** Whoever makes a request, as what they change is written down. */
export function actorOf(request: FastifyRequest): Actor {
  const caller = callerOf(request)
  const login = loginNameOf(caller)
  return {
    kind: 'person',
    id: caller.uid,
    key: foldLoginName(login),
    name: caller.name ?? login,
    address: request.ip,
    requestId: request.id,
  }
}

export function scopeOf(request: FastifyRequest): TicketScope {
  return ticketScopeOf(callerOf(request), request.tenantId)
}

/** @param clock of the service */
export function byOf(request: FastifyRequest, clock: { now(): Date }): By {
  return { actor: actorOf(request), at: clock.now() }
}
