import { connect } from '@werk/shared/database/migration-connection'

/** Whose tickets they are, and of which tenant: of no other case. */
export const millionTenant = 2
export const millionTickets = 1_000_000

const atOnce = 100_000

/** The id of the n-th of them, counted from 0: in the order of ids, as those of real tickets are in the order of time. */
export function idOfMillion(number: number): string {
  const hex = number.toString(16).padStart(8, '0')
  return `0190${hex.slice(0, 4)}-${hex.slice(4)}-7000-8000-000000000000`
}

/** A million short tickets of one tenant, made by the database itself. */
export async function seedMillion(url: string): Promise<void> {
  const connection = await connect(url)
  const digits =
    '(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)'
  try {
    await connection.query("SET time_zone = '+00:00'")
    for (let from = 0; from < millionTickets; from += atOnce)
      await connection.query(
        `INSERT INTO tickets (id, tenant_id, inv_gate_id, source_id, creator_id, customer_id, category_id, type_id, priority_id,
            title, description, creator_email, creator_key, user_id, status, created_at, updated_at, synced_at)
          SELECT LOWER(CONCAT('0190', INSERT(LPAD(HEX(n), 8, '0'), 5, 0, '-'), '-7000-8000-000000000000')), ${millionTenant}, 5000000 + n, 2, 100, 100, 6, 1, 2, CONCAT('ticket ', n),
            'The printer prints blank pages.', CONCAT('m', n MOD 1000, '@bench.invalid'), CONCAT('m', n MOD 1000, '@bench.invalid'), 1000 + n MOD 1000,
            'open', NOW(3), NOW(3), NOW(3)
          FROM (SELECT ${from} + a.d + b.d * 10 + c.d * 100 + e.d * 1000 + f.d * 10000 AS n
            FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e, ${digits} f) numbers`,
      )
    await connection.query('ANALYZE TABLE tickets')
  } finally {
    await connection.end()
  }
}
