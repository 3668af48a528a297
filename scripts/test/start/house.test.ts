import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { findFreePort } from '../../database/port.ts'
import { createHouse } from '../../start/house.ts'
import type { Folders } from '../../start/services.ts'
import { isAlive } from '../is-alive.ts'

const env = {
  PATH: process.env.PATH,
  JWT_SECRET: 'a secret for tests that is long enough',
  INTERNAL_SECRET: 'another secret for tests that is long enough',
}

describe('the house', () => {
  const folders: Folders = {
    root: join(import.meta.dirname, '../../..'),
    data: mkdtempSync(join(tmpdir(), 'werk-house-')),
  }
  const house = createHouse(folders, () => {})
  const stop = new AbortController()
  const pidFiles = [
    'mysql/server.pid',
    'run/invgate-sandbox.pid',
    'run/identity-service.pid',
    'run/ticket-service.pid',
  ]
  let pids: number[] = []
  // Its processes are no children of a terminal: a test run that is broken off would leave them behind.
  process.once('SIGTERM', () => {
    house.kill()
    rmSync(folders.data, { recursive: true, force: true })
    process.exit(1)
  })
  after(async () => {
    await house.close()
    rmSync(folders.data, { recursive: true, force: true })
  })

  it('is ready once it is open', async () => {
    const ports = {
      identity: await findFreePort(),
      ticket: await findFreePort(),
      sandbox: await findFreePort(),
      database: await findFreePort(),
    }
    await house.open(env, { ports, databaseUrls: null, ownInvgate: false }, stop.signal)
    for (const port of [ports.identity, ports.ticket]) {
      assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
    }
    pids = pidFiles.map((file) => Number(readFileSync(join(folders.data, file), 'utf8')))
    assert.deepEqual(pids.map(isAlive), [true, true, true, true])
  })

  it('tells which part ended by itself', async () => {
    const death = house.untilDeath(stop.signal)
    process.kill(pids[3] ?? 0, 'SIGKILL')
    await assert.rejects(death, /the ticket-service ended by itself/)
  })

  it('leaves nothing running once it is closed', async () => {
    assert.deepEqual(pids.map(isAlive), [true, true, true, false])
    await house.close()
    assert.deepEqual(pids.map(isAlive), [false, false, false, false])
  })
})
