import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'

/** Whether the viewer is one of those who answer what is raised in the tenant, as long as nobody is assigned to it. */
export function answersNewTickets(scope: TicketScope): boolean {
  return worksOn(scope, { tenantId: scope.tenantId, creatorKey: '', userId: null, agentId: null })
}
