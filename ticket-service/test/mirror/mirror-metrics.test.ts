import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { raiseMirrored } from './parked-job.ts'

test('/metrics counts what InvGate has to be told by state, and lives on when it cannot be counted', async () => {
  const s = await startTicketService()
  try {
    const { id } = await raiseMirrored(s, member(10))
    await sql(
      s.database,
      `INSERT INTO mirror_jobs (ticket_id, kind, available_at) VALUES
        ('${id}', 'state', NOW(3) + INTERVAL 1 HOUR), ('${id}', 'state', NOW(3) + INTERVAL 1 HOUR),
        ('${id}', 'state', '9999-12-31')`,
    )
    const counted = async () =>
      (await s.app.inject('/metrics')).body
        .split('\n')
        .filter((line) => line.startsWith('mirror_jobs{'))
        .sort()
    assert.deepEqual(await counted(), [
      'mirror_jobs{state="parked",service="ticket-service"} 1',
      'mirror_jobs{state="waiting",service="ticket-service"} 2',
    ])
    await sql(s.database, 'RENAME TABLE mirror_jobs TO hidden')
    assert.deepEqual(await counted(), [])
    assert.ok((await s.app.inject('/metrics')).body.includes('process_cpu_seconds_total'))
  } finally {
    await s.close()
  }
})
