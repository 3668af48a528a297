import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { loadEnvironment } from '../../start/environment.ts'
import { readSettings } from '../../start/settings.ts'

describe('the environment of npm start', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'werk-environment-'))
    writeFileSync(join(folder, '.env.example'), 'JWT_SECRET=change-me-please\nWERK_TEST=example\nEMPTY=\n')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    delete process.env.WERK_TEST
  })
  const load = () => loadEnvironment(folder, () => {})

  it('makes .env once, for its owner alone, with a secret of its own', () => {
    const { JWT_SECRET } = load()
    assert.match(JWT_SECRET ?? '', /^[0-9a-f]{64}$/)
    assert.equal(load().JWT_SECRET, JWT_SECRET)
    assert.equal(parseEnv(readFileSync(join(folder, '.env'), 'utf8')).JWT_SECRET, JWT_SECRET)
    assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
  })

  it('adds to an older .env the secrets that it lacks, once, and leaves the rest as it is', () => {
    const file = join(folder, '.env')
    writeFileSync(file, 'JWT_SECRET=mine\nINTERNAL_SECRET=')
    const { INTERNAL_SECRET, JWT_SECRET } = load()
    assert.match(INTERNAL_SECRET ?? '', /^[0-9a-f]{64}$/)
    assert.equal(JWT_SECRET, 'mine')
    const kept = readFileSync(file, 'utf8')
    assert.equal(load().INTERNAL_SECRET, INTERNAL_SECRET)
    assert.equal(readFileSync(file, 'utf8'), kept)
  })

  it('lets the process win over .env, unless it is empty there', () => {
    process.env.WERK_TEST = 'process'
    assert.equal(load().WERK_TEST, 'process')
    process.env.WERK_TEST = ''
    assert.equal(load().WERK_TEST, 'example')
  })
})

describe('the settings of npm start', () => {
  const url = 'mysql://user:password@127.0.0.1:3306/database'

  it('take two database URLs or none, and name the one that is missing', () => {
    assert.equal(readSettings({}).databaseUrls, null)
    assert.deepEqual(readSettings({ IDENTITY_DATABASE_URL: url, TICKET_DATABASE_URL: url }).databaseUrls, {
      identity: url,
      ticket: url,
    })
    assert.throws(
      () => readSettings({ IDENTITY_DATABASE_URL: url }),
      /^Error: TICKET_DATABASE_URL is missing/,
    )
    assert.throws(
      () => readSettings({ TICKET_DATABASE_URL: url }),
      /^Error: IDENTITY_DATABASE_URL is missing/,
    )
  })

  it('refuse what is no port, by its name', () => {
    assert.equal(readSettings({ TICKET_PORT: '4000' }).ports.ticket, 4000)
    assert.throws(() => readSettings({ TICKET_PORT: '70000' }), /TICKET_PORT must be a port/)
  })
})
