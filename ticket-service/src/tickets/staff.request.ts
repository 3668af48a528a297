import { callerOf, requireRole } from '@werk/shared/auth/authenticate'
import type { FastifyRequest } from 'fastify'

/** A hook after `authenticate`. @throws AppError 403 for whoever never answers tickets */
export async function refuseAllButStaff(request: FastifyRequest): Promise<void> {
  requireRole(callerOf(request), 'agent', 'vendor', 'admin')
}

/** A hook after `authenticate`. @throws AppError 403 for whoever does not see all that is the tenant's */
export async function refuseAllButManagers(request: FastifyRequest): Promise<void> {
  requireRole(callerOf(request), 'vendor', 'admin')
}
