import { theService } from '../audit/audit-entry.ts'
import type { PasswordPolicy } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { AccountsRepository } from './accounts.repository.ts'

type Needs = { accounts: AccountsRepository; passwords: Passwords; passwordPolicy: PasswordPolicy }

/**
 * Makes the first admin, in tenant 1, unless somebody has that e-mail already.
 * @returns whether it was made now
 * @throws AppError password.invalid, which ends the start
 */
export async function ensureAdmin(
  { accounts, passwords, passwordPolicy }: Needs,
  email: string,
  password: string,
): Promise<boolean> {
  if ((await accounts.findByLoginName(email)) !== null) return false
  passwordPolicy.check('ADMIN_PASSWORD', password, 1)
  const passwordHash = await passwords.hash(password)
  const admin = {
    tenantId: 1,
    name: 'Administrator',
    lastName: '',
    email,
    username: null,
    role: 'admin' as const,
  }
  return (await accounts.insert({ ...admin, passwordHash }, [], theService)) !== null
}
