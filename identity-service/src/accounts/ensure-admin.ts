import { theService } from '../audit/audit-entry.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { AccountsRepository } from './accounts.repository.ts'

type Needs = { accounts: AccountsRepository; passwords: Passwords }

/** Makes the first admin, in tenant 1, unless somebody has that e-mail already. @returns whether it was made now */
export async function ensureAdmin(
  { accounts, passwords }: Needs,
  email: string,
  password: string,
): Promise<boolean> {
  if ((await accounts.findByLoginName(email)) !== null) return false
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
