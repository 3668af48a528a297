import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createExportTickets } from '../../src/exports/export-tickets.ts'
import { toCsv } from '../../src/exports/tickets-csv.wire.ts'
import type { DeskTicket } from '../../src/tickets/desk-ticket.ts'
import type { ListDeskTickets } from '../../src/tickets/list-desk-tickets.ts'
import type { TicketScope } from '../../src/tickets/ticket-policy.ts'

const scope: TicketScope = { tenantId: 1, viewer: { sees: 'tenant', uid: 1, key: 'a' } }
const filter: Parameters<ListDeskTickets>[1]['filter'] = {
  ...{ status: null, priority: null, category: null, memberId: null, agentId: null, unassigned: false },
  ...{ creatorKey: null, createdFrom: null, createdTo: null, overdueAt: null, tag: null, typed: null },
}
const at = new Date(0)
const ticket: DeskTicket = {
  ...{ id: '01890000-0000-7000-8000-000000000000', tenantId: 1, invGateId: null, origin: 'here', userId: 1 },
  ...{ creatorEmail: 'a', creatorKey: 'a', memberId: 1, agentId: null, title: 't', status: 'open' },
  ...{ description: 'x'.repeat(1000), category: 'billing', priority: 'low', attachmentUrl: null },
  ...{ waitingSince: null, mergedInto: null, closedAt: null, version: 1, createdAt: at, updatedAt: at },
  sla: {
    ...{ responseMinutes: null, resolutionMinutes: null, responseDueAt: null, resolutionDueAt: null },
    ...{ firstResponseAt: null, stoppedAt: null, nextEscalationAt: null, escalationLevel: 0 },
  },
}

/** An export of tickets without end. */
async function start(failsAtPage = Number.POSITIVE_INFINITY) {
  const read = { pages: 0 }
  const exportTickets = createExportTickets({
    listTickets: async (_scope, { limit }) => {
      read.pages += 1
      if (read.pages >= failsAtPage) throw new Error('the database went away')
      return { items: Array.from({ length: limit }, () => ticket), hasNext: true, hasPrevious: true }
    },
    tags: { listOf: async () => new Map() },
  })
  const { csv, told } = toCsv(await exportTickets(scope, filter), { bom: false })
  return { csv, told, read }
}

/** Long enough for whatever would go on by itself. */
async function settle(): Promise<void> {
  for (let i = 0; i < 2000; i += 1) await turn()
}

describe('an export that nobody reads on', { timeout: 30_000 }, () => {
  it('reads no further, and goes on as it is read', async () => {
    const { csv, told, read } = await start()
    await settle()
    const [pages, tickets] = [read.pages, told()]
    assert.ok(pages <= 2, `${pages} pages`)
    assert.ok(tickets <= 200, `${tickets} tickets`)
    await settle()
    assert.deepEqual([read.pages, told()], [pages, tickets])

    let bytes = 0
    for await (const chunk of csv.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > 1_000_000) break
    }
    assert.ok(told() > 800)
    await settle()
    const later = told()
    await settle()
    assert.equal(told(), later)
    csv.destroy()
  })

  it('reads no more once it is given up', async () => {
    const { csv, read } = await start()
    await settle()
    csv.destroy()
    await once(csv, 'close')
    const { pages } = read
    await settle()
    assert.equal(read.pages, pages)
  })

  it('fails with what fails on its way, and at once with what fails at once', async () => {
    const { csv } = await start(3)
    await assert.rejects(async () => {
      for await (const _ of csv);
    }, /the database went away/)
    await assert.rejects(start(1), /the database went away/)
  })
})
