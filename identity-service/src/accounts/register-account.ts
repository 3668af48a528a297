import { inactiveTenant } from '@werk/shared/auth/auth.errors'
import type { Principal, Role } from '@werk/shared/auth/principal'
import { isOperator } from '@werk/shared/auth/principal'
import type { Actor } from '../audit/audit-entry.ts'
import type { PasswordPolicy } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { TenantsRepository } from '../tenants/tenants.repository.ts'
import type { Account } from './account.ts'
import {
  emailTaken,
  invalidEmail,
  invalidUsername,
  roleNotAllowed,
  usernameTaken,
} from './accounts.errors.ts'
import type { AccountsRepository } from './accounts.repository.ts'
import { isEmail, isLoginName } from './login-name.ts'

export type Registration = {
  tenantId: number
  name: string
  lastName: string
  password: string
  role: Role
  /** Who asks, where the request carried a token: an admin registers accounts of any role in the own tenant. */
  registrar: Principal | null
} & ({ email: string; username: null } | { email: null; username: string })

type Needs = {
  accounts: AccountsRepository
  tenants: TenantsRepository
  passwords: Passwords
  passwordPolicy: PasswordPolicy
  selfRegistrationRoles: readonly Role[]
  invgateUsers: { readonly jobKind: string; ensure(account: Account): Promise<Account> }
}

/** @param keyId the idempotency key under which the request came */
export type RegisterAccount = (
  registration: Registration,
  actor: Actor,
  keyId?: string | null,
) => Promise<Account>

/**
 * Makes an account and, for one with an e-mail, its user in InvGate: the job for it is written in the same
 * transaction, and a first try is waited for a short while.
 * @throws AppError account.taken, account.invalid, password.invalid, account.forbidden, tenant.forbidden,
 *   idempotency.conflict
 */
export function createRegisterAccount(needs: Needs): RegisterAccount {
  const { accounts, tenants, passwords, passwordPolicy, selfRegistrationRoles, invgateUsers } = needs
  return async ({ password, registrar, ...registration }, actor, keyId = null) => {
    const { email, username, role, tenantId } = registration
    if (email !== null && !isEmail(email)) throw invalidEmail()
    if (username !== null && !isLoginName(username)) throw invalidUsername()
    // Each dialect's schema asks for its own minimum.
    passwordPolicy.check('password', password, 1)
    if (!selfRegistrationRoles.includes(role) && !mayCreateAnyRole(registrar, tenantId)) {
      throw roleNotAllowed(role, selfRegistrationRoles)
    }
    if (!(await tenants.isActive(tenantId))) throw inactiveTenant()

    const passwordHash = await passwords.hash(password)
    const jobs = email === null ? [] : [invgateUsers.jobKind]
    const account = await accounts.insert({ ...registration, passwordHash }, jobs, actor, keyId)
    if (account === null) throw email === null ? usernameTaken() : emailTaken()
    return email === null ? account : invgateUsers.ensure(account)
  }
}

function mayCreateAnyRole(registrar: Principal | null, tenantId: number): boolean {
  if (registrar?.role !== 'admin') return false
  return registrar.tenantId === tenantId || isOperator(registrar)
}
