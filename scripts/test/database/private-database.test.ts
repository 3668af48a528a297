import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { findFreePort } from '../../database/port.ts'
import { createPassword, startPrivateDatabase } from '../../database/private-database.ts'
import { provision } from '../../database/provision.ts'

describe('startPrivateDatabase', () => {
  const folder = mkdtempSync(join(tmpdir(), 'werk-private-'))
  const rootPassword = createPassword()
  const say = () => {}
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
    const connection = await connect(url)
    try {
      return await connection.query(sql)
    } finally {
      await connection.end()
    }
  }

  it('keeps its data from one run to the next', async () => {
    const first = await startPrivateDatabase({ folder, port: await findFreePort(), rootPassword, say })
    await query(first.rootUrl, 'CREATE DATABASE kept; CREATE TABLE kept.notes (id INT PRIMARY KEY)')
    await first.stop()
    const second = await startPrivateDatabase({ folder, port: await findFreePort(), rootPassword, say })
    const tables = await query(second.rootUrl, 'SHOW TABLES IN kept')
    await second.stop()
    assert.deepEqual(tables, [{ Tables_in_kept: 'notes' }])
  })

  it('gives each account rights on its own database alone', async () => {
    const database = await startPrivateDatabase({ folder, port: await findFreePort(), rootPassword, say })
    try {
      const password = createPassword()
      const accounts = ['one_a', 'oneXa'].map((name) => ({ database: name, user: name, password }))
      await provision(database.rootUrl, accounts)
      await provision(database.rootUrl, accounts)
      const url = Object.assign(new URL(database.rootUrl), {
        username: 'one_a',
        password,
        pathname: '/one_a',
      })
      const rows = await query(url.href, 'SHOW DATABASES')
      assert.deepEqual(rows.map((row) => row.Database).sort(), ['information_schema', 'one_a'])
      await query(url.href, 'CREATE TABLE own (id INT PRIMARY KEY)')
      await assert.rejects(query(url.href, 'CREATE TABLE oneXa.theirs (id INT)'), /denied/)
    } finally {
      await database.stop()
    }
  })

  it('ends the server that a killed run left behind', async () => {
    const port = await findFreePort()
    const script = `
      import { startPrivateDatabase } from '${join(import.meta.dirname, '../../database/private-database.ts')}'
      const options = { folder: '${folder}', port: ${port}, rootPassword: '${rootPassword}', say() {} }
      await startPrivateDatabase(options)
      process.kill(process.pid, 'SIGKILL')`
    const killed = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
    assert.deepEqual(await once(killed, 'exit'), [null, 'SIGKILL'])
    const leftOver = Number(readFileSync(join(folder, 'server.pid'), 'utf8'))
    assert.ok(process.kill(leftOver, 0))
    const database = await startPrivateDatabase({ folder, port, rootPassword, say })
    await database.stop()
    assert.throws(() => process.kill(leftOver, 0), { code: 'ESRCH' })
  })

  it('leaves a port alone that somebody else listens on', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    assert.ok(address && typeof address === 'object')
    try {
      const start = startPrivateDatabase({ folder, port: address.port, rootPassword, say })
      await assert.rejects(start, /^Error: port \d+ is taken by another program: set DATABASE_PORT/)
    } finally {
      other.close()
    }
  })
})
