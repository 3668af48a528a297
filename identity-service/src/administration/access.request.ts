import { roleForbidden } from '@werk/shared/auth/auth.errors'
import { callerOf, requireRole } from '@werk/shared/auth/authenticate'
import { isOperator } from '@werk/shared/auth/principal'
import type { FastifyRequest } from 'fastify'

/** A hook after `authenticate`. @throws AppError 403 for whoever is no admin */
export async function refuseAllButAdmins(request: FastifyRequest): Promise<void> {
  requireRole(callerOf(request), 'admin')
}

/** A hook after `authenticate`. @throws AppError 403 for whoever does not run the whole installation */
export async function refuseAllButOperators(request: FastifyRequest): Promise<void> {
  if (!isOperator(callerOf(request))) throw roleForbidden()
}
