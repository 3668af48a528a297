import { connect } from '@werk/shared/database/migration-connection'
import { measure } from '../measure/load.ts'
import { median } from '../measure/statistics.ts'
import { idOfMillion, millionTenant, millionTickets, seedMillion } from '../targets/seed-million.ts'
import { seededIdsOf } from '../targets/seed-tickets.ts'
import { bearerOf, startTicketService } from '../targets/targets.ts'
import type { World } from '../targets/world.ts'
import type { BenchCase, MeasuredCase } from './case.ts'
import { comparedCase, connections } from './compared-case.ts'

const reader = 7

/** The Tickets dialect: one row, in the envelope. */
export const deskDetail = comparedCase('detail (Tickets)', 0.7, async (world) => ({
  requests: (await ticketIdsOf(world)).map((id) => ({ method: 'GET', path: `/tickets/${id}` })),
  headers: bearerOf(world, reader),
  status: 200,
  connections,
}))

export const deskList = comparedCase('list of 20 (Tickets)', 0.7, async (world) => ({
  requests: [{ method: 'GET', path: '/tickets?limit=20' }],
  headers: bearerOf(world, reader),
  status: 200,
  connections,
}))

const pageLength = 20
const lastPage = millionTickets / pageLength

/** What the last page of a million tickets costs, beside the first; in turn, because machines are noisy. */
export const pages: BenchCase = async (world, { pace, quick }) => {
  await seedMillion(world.databaseUrls.ticket)
  const ours = await startTicketService(world)
  const load = (path: string) => ({
    ...{ requests: [{ method: 'GET' as const, path }], status: 200, connections: 4 },
    headers: bearerOf(world, reader, { role: 'admin', tenant_id: millionTenant }),
  })
  const first = load(`/tickets?limit=${pageLength}`)
  const others = {
    [`page ${lastPage} of a million tickets`]: `cursor=${idOfMillion((lastPage - 1) * pageLength - 1)}`,
    'the page before it, by prev_cursor': `cursor=before:${idOfMillion((lastPage - 1) * pageLength)}`,
  }
  const measured: MeasuredCase[] = []
  for (const [what, query] of Object.entries(others)) {
    const other = load(`/tickets?limit=${pageLength}&${query}`)
    for (const one of [first, other]) await measure(ours, one, pace.warmUpSeconds)
    const ratios: number[] = []
    for (let round = 0; round < pace.rounds; round += 1) {
      const cheap = await measure(ours, first, pace.roundSeconds)
      ratios.push(cheap.perSecond / (await measure(ours, other, pace.roundSeconds)).perSecond)
    }
    measured.push({
      what: `${what}${quick ? ' (quick)' : ''}, of what page 1 costs`,
      value: median(ratios) * 100,
      unit: '%',
      goal: 120,
    })
  }
  await ours.stop()
  return { compared: [], measured }
}

async function ticketIdsOf(world: World): Promise<string[]> {
  const connection = await connect(world.databaseUrls.ticket)
  try {
    const rows: { id: string }[] = await connection.query('SELECT id FROM tickets WHERE inv_gate_id IN (?)', [
      seededIdsOf(reader).slice(0, 200),
    ])
    return rows.map(({ id }) => id)
  } finally {
    await connection.end()
  }
}
