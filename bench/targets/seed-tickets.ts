import { connect } from '@werk/shared/database/migration-connection'
import { v7 as uuidv7 } from 'uuid'

/** Far above the sandbox's own numbers, which start at 1001. */
export const firstSeededId = 1_000_001
export const creators = 20
const ticketsOfEach = 1000

/** `creator0` to `creator19`. */
export function creatorEmail(number: number): string {
  return `creator${number}@bench.invalid`
}

/** InvGate's ids of one creator's tickets: the creators' tickets lie interleaved. */
export function seededIdsOf(creator: number): number[] {
  return Array.from({ length: ticketsOfEach }, (_, index) => firstSeededId + index * creators + creator)
}

/** 20,000 tickets of 20 creators, every second one with an attachment. */
export async function seedTickets(url: string): Promise<void> {
  const now = new Date()
  const tickets = Array.from({ length: creators }, (_, creator) =>
    seededIdsOf(creator).map((invGateId) => [
      ...[uuidv7(), 1, invGateId, 2, 100 + creator, 100 + creator, 6, 1, 2],
      ...[`The printer on floor ${creator} prints ${invGateId} blank pages`, description],
      ...[creatorEmail(creator), creatorEmail(creator), creator + 1, 'open', now, now, now],
    ]),
  ).flat()
  const attachments = tickets
    .filter((_, index) => index % 2 === 0)
    .map(([ticketId]) => [uuidv7(), ticketId, 'page.png', 'image/png', 'image/png', 48_211, sha256, now])

  const connection = await connect(url)
  try {
    await connection.query("SET time_zone = '+00:00'")
    await connection.batch(`INSERT INTO tickets (${columns}) VALUES (${placeholders(18)})`, tickets)
    await connection.batch(`INSERT INTO attachments VALUES (${placeholders(8)})`, attachments)
    await connection.query('ANALYZE TABLE tickets, attachments')
  } finally {
    await connection.end()
  }
}

const columns =
  'id, tenant_id, inv_gate_id, source_id, creator_id, customer_id, category_id, type_id, priority_id, title, description, ' +
  'creator_email, creator_key, user_id, status, created_at, updated_at, synced_at'

const description =
  'Since this morning every job comes out as a stack of blank pages. ' +
  'The queue shows them as printed, the display says nothing, and switching it off and on changed nothing. ' +
  'Colleagues on the other side of the floor see the same. The toner was replaced last week, and the test page is fine.'
const sha256 = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'

function placeholders(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ')
}
