import type { AccountsRepository } from './accounts.repository.ts'

const batch = 500

/**
 * Gives login names to rows that were copied into `users` from the older table. At start, and safe to run by several
 * replicas at once. Rows whose e-mail is another account's but for case stay without: they are returned.
 */
export async function adoptImportedAccounts(
  accounts: AccountsRepository,
): Promise<{ adopted: number; left: number[] }> {
  const left: number[] = []
  let adopted = 0
  for (;;) {
    const found = await accounts.findWithoutLoginName(batch + left.length)
    const fresh = found.filter(({ id }) => !left.includes(id))
    if (fresh.length === 0) return { adopted, left }
    for (const { id, email, username } of fresh) {
      const name = email ?? username
      if (name !== null && (await accounts.addLoginName(id, name))) adopted += 1
      else left.push(id)
    }
  }
}
