import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { parkTicket } from './parked-tickets.ts'

test('/metrics counts the tickets on their way by state, and lives on when they cannot be counted', async () => {
  const s = await startTicketService()
  try {
    await parkTicket(s, { title: 'one' })
    await parkTicket(s, { title: 'two', state: 'failed' })
    await parkTicket(s, { title: 'three', state: 'failed' })
    const figures = async () => (await s.app.inject('/metrics')).body.split('\n')
    const of = (lines: string[], name: string) => lines.filter((line) => line.startsWith(`${name}{`)).sort()
    const counted = await figures()
    const expected = { created: 0, failed: 2, in_doubt: 1, received: 0, refused: 0, sending: 0 }
    assert.deepEqual(
      of(counted, 'ticket_intents'),
      Object.entries(expected).map(
        ([state, count]) => `ticket_intents{state="${state}",service="ticket-service"} ${count}`,
      ),
    )
    assert.deepEqual(of(counted, 'ticket_spool_entries'), [
      'ticket_spool_entries{service="ticket-service"} 0',
    ])

    await sql(s.database, 'RENAME TABLE ticket_intents TO hidden')
    const uncounted = await figures()
    assert.deepEqual(of(uncounted, 'ticket_intents'), [])
    assert.notDeepEqual(of(uncounted, 'process_cpu_seconds_total'), [])
  } finally {
    await s.close()
  }
})
