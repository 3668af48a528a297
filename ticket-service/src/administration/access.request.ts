import { roleForbidden } from '@werk/shared/auth/auth.errors'
import { callerOf, requireRole } from '@werk/shared/auth/authenticate'
import { isOperator } from '@werk/shared/auth/principal'
import type { FastifyRequest } from 'fastify'

/**
 * A hook after `authenticate`, which has seen to it that only operators work in another tenant than their own.
 * @throws AppError 403 for whoever is neither admin of the tenant nor an operator
 */
export async function refuseAllButAdmins(request: FastifyRequest): Promise<void> {
  const caller = callerOf(request)
  if (caller.role !== 'admin' && !isOperator(caller)) throw roleForbidden()
}

/** A hook after `authenticate`. @throws AppError 403 for whoever never answers tickets */
export async function refuseAllButStaff(request: FastifyRequest): Promise<void> {
  requireRole(callerOf(request), 'agent', 'vendor', 'admin')
}

/** A hook after `authenticate`. @throws AppError 403 for whoever does not see all that is the tenant's */
export async function refuseAllButManagers(request: FastifyRequest): Promise<void> {
  requireRole(callerOf(request), 'vendor', 'admin')
}
