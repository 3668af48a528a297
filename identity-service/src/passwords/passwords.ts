import { createHash } from 'node:crypto'
import type { Bcrypt } from './bcrypt-pool.ts'

export type Passwords = {
  hash(password: string): Promise<string>
  /**
   * Compares with a stored hash; `null` stands for an unknown account and `''` for one without a password:
   * both are always wrong and take as long as any other.
   * `outdated`: right, but the hash should be renewed.
   */
  verify(password: string, stored: string | null): Promise<{ right: boolean; outdated: boolean }>
}

const prefix = 'sha384'

/**
 * Stored form: `sha384$2b$<cost>$…`, bcrypt over the base64 of the password's SHA-384. bcrypt alone reads 72 bytes and
 * ends at a NUL; the digest makes every byte count. A plain bcrypt hash (`$2a$`, `$2b$`, `$2y$`) of the older table is
 * compared as it is and counts as outdated.
 */
export function createPasswords({ bcrypt, cost }: { bcrypt: Bcrypt; cost: number }): Passwords {
  const hash = async (password: string) => `${prefix}${await bcrypt.hash(digest(password), cost)}`
  // A salt and a digest of zeros: costs what any hash costs, and no password is known for it.
  const ofNobody = `${prefix}${costMark(cost)}${'.'.repeat(53)}`

  return {
    hash,
    async verify(password, given) {
      // bcryptjs refuses an empty hash at once, which would show that the account has no password.
      const stored = given === '' ? null : given
      const expected = stored ?? ofNobody
      const right = expected.startsWith(prefix)
        ? await bcrypt.compare(digest(password), expected.slice(prefix.length))
        : await bcrypt.compare(password, expected)
      return { right: right && stored !== null, outdated: !expected.startsWith(`${prefix}${costMark(cost)}`) }
    },
  }
}

function digest(password: string): string {
  return createHash('sha384').update(password, 'utf8').digest('base64')
}

function costMark(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$`
}
