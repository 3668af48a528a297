import type { Role } from '@werk/shared/auth/principal'
import type { Account } from '../accounts/account.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import { isEmail, longestLoginName } from '../accounts/login-name.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { TenantsRepository } from '../tenants/tenants.repository.ts'
import type { ExternalIdentities } from './external-identities.repository.ts'
import { OpenidRefusal } from './openid.errors.ts'
import type { ProvenIdentity } from './openid-provider.ts'

/** @throws OpenidRefusal */
export type AccountOfIdentity = (identity: ProvenIdentity, tenantId: number, actor: Actor) => Promise<Account>

type Needs = {
  accounts: AccountsRepository
  identities: ExternalIdentities
  tenants: Pick<TenantsRepository, 'isActive'>
  selfRegistrationRoles: readonly Role[]
  invgateUsers: { readonly jobKind: string; ensure(account: Account): Promise<Account> }
}

/**
 * The account that belongs to an identity, made for one that is new. An account with the same e-mail is another one as
 * long as its owner has not linked them: whoever holds the address at the provider need not be who registered here.
 */
export function createAccountOfIdentity(needs: Needs): AccountOfIdentity {
  const { accounts, identities, tenants, selfRegistrationRoles, invgateUsers } = needs

  const findKnown = async (identity: ProvenIdentity) => {
    const id = await identities.findAccountId(identity)
    const account = id === null ? null : await accounts.findById(id)
    if (account !== null && !(account.active && account.tenantActive)) refuse('account_disabled')
    return account
  }

  const make = async (identity: ProvenIdentity, tenantId: number, actor: Actor) => {
    const { issuer, subject, name, lastName, emailVerified } = identity
    const email = identity.email ?? ''
    if (!emailVerified || !isUsable(email)) refuse('email_unverified')
    if ((await accounts.findByLoginName(email)) !== null) return null
    if (!selfRegistrationRoles.includes('user')) refuse('registration_closed')
    if (!(await tenants.isActive(tenantId))) refuse('account_disabled')
    const person = { tenantId, name, lastName, email, username: null, role: 'user' as const }
    return accounts.insert(
      { ...person, passwordHash: noPassword, identity: { issuer, subject } },
      [invgateUsers.jobKind],
      { ...actor, name: email },
    )
  }

  return async (identity, tenantId, actor) => {
    const known = await findKnown(identity)
    if (known !== null) return known
    const made = await make(identity, tenantId, actor)
    if (made !== null) return invgateUsers.ensure(made)
    // The same person in another tab may have come first.
    return (await findKnown(identity)) ?? refuse('account_exists')
  }
}

/** No password fits an empty hash. */
const noPassword = ''

function isUsable(email: string): boolean {
  return isEmail(email) && [...email].length <= longestLoginName
}

function refuse(reason: OpenidRefusal['reason']): never {
  throw new OpenidRefusal(reason)
}
