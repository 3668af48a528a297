import { pollUntil } from '@werk/shared/test-kit/poll-until'
import type { Config } from '../../src/config.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'

type Replica = Awaited<ReturnType<TicketService['startReplica']>>

/** So long that of a replica only the first round is seen, which comes at its start. */
const onlyOnce = 900_000

/** How many rounds of a replica ended how, as its metrics say. */
export async function roundsOf(replica: Replica): Promise<Record<string, number>> {
  const { body } = await replica.inject('/metrics')
  const found = body.matchAll(/^sync_rounds_total\{outcome="(\w+)".*\} (\d+)$/gm)
  return Object.fromEntries([...found].map(([, outcome, count]) => [outcome, Number(count)]))
}

/** Starts a replica whose first round is its only one, waits for the round's end and stops it: a restart, so to say. */
export async function runRound(s: TicketService, settings: Partial<Config> = {}): Promise<string> {
  const replica = await s.startReplica({
    SYNC_INTERVAL_MS: onlyOnce,
    SYNC_IMPORT_AFTER_MS: 0,
    ...settings,
  })
  try {
    return await pollUntil('the end of a round', async () => Object.keys(await roundsOf(replica))[0], 60_000)
  } finally {
    await replica.close()
  }
}

/**
 * Makes the next round read the comments of all tickets. InvGate counts whole seconds, so what is said within the second in
 * which its incident was made would not be seen to have changed it.
 */
export async function ageComments({ database }: Pick<TicketService, 'database'>): Promise<void> {
  await sql(
    database,
    'UPDATE tickets SET comments_as_of = COALESCE(comments_as_of, created_at) - INTERVAL 1 HOUR',
  )
}

/** A call of somebody else's to InvGate. */
export async function callInvGate<Result = { id: number }>(
  { sandbox }: TicketService,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
): Promise<Result> {
  const answer = await fetch(new URL(path, sandbox.url), {
    method,
    headers: {
      authorization: `Basic ${btoa(`${sandbox.username}:${sandbox.password}`)}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const result = (await answer.json()) as Result & { status?: unknown }
  if (!answer.ok || result.status === 'ERROR') throw new Error(`${method} ${path}: ${JSON.stringify(result)}`)
  return result
}

/** An incident that somebody raises in InvGate itself. @returns its id */
export async function raiseInInvGate(s: TicketService, fields: object = {}): Promise<number> {
  const incident = await callInvGate(s, 'POST', 'incidents', {
    title: 'raised in InvGate',
    description: 'by phone',
    creator_id: 40,
    customer_id: 41,
    category_id: 3,
    priority_id: 4,
    type_id: 2,
    source_id: 3,
    ...fields,
  })
  return incident.id
}

/** The requests to InvGate of one route so far, such as `GET incidents`. */
export async function requestsTo({ sandbox }: TicketService, route: string): Promise<URL[]> {
  const calls = await sandbox.control.requests()
  return calls.filter((call) => call.route === route).map(({ path }) => new URL(path, sandbox.origin))
}

export function idsIn(url: URL | undefined): number[] {
  return url?.searchParams.getAll('ids[]').map(Number) ?? []
}

/** Tickets in the mirror alone, for these incidents of InvGate's, the first looked at longest ago. */
export async function mirrorThem({ database }: TicketService, invGateIds: readonly number[]): Promise<void> {
  const rows = invGateIds.map(
    (id, index) =>
      `(UUID(), 1, ${id}, 1, 40, 41, 3, 2, 4, 't', 'd', 'm@example.com', 'm@example.com', 'open',
        NOW(3), NOW(3), NOW(3) - INTERVAL ${1_000_000 - index} SECOND)`,
  )
  await sql(
    database,
    `INSERT INTO tickets (id, tenant_id, inv_gate_id, source_id, creator_id, customer_id, category_id, type_id, priority_id,
       title, description, creator_email, creator_key, status, created_at, updated_at, synced_at) VALUES ${rows.join(', ')}`,
  )
}
