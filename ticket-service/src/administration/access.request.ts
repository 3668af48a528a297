import { roleForbidden } from '@werk/shared/auth/auth.errors'
import { callerOf } from '@werk/shared/auth/authenticate'
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
