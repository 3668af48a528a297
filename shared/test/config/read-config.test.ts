import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { ConfigError, readConfig } from '../../src/config/read-config.ts'
import { databaseSettings, httpSettings, processSettings, tokenSettings } from '../../src/config/settings.ts'

const Schema = Type.Object({ ...processSettings, ...httpSettings, ...databaseSettings, ...tokenSettings })
const good = { DATABASE_URL: 'mysql://u:p@localhost:3306/werk', JWT_SECRET: 'x'.repeat(32) }

function faultsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(Schema, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('text becomes what the schema asks for, and what is missing its default', () => {
  const config = readConfig(Schema, {
    ...good,
    BODY_LIMIT_BYTES: '2048',
    CORS_ORIGINS: 'https://a.example, https://b.example,',
  })
  assert.equal(config.BODY_LIMIT_BYTES, 2048)
  assert.deepEqual(config.CORS_ORIGINS, ['https://a.example', 'https://b.example'])
  assert.equal(config.DATABASE_POOL_SIZE, 25)
  assert.equal(config.NODE_ENV, 'production')
  assert.equal(config.JWT_SECRET_PREVIOUS, undefined)
  assert.ok(Object.isFrozen(config))
})

test("an empty variable counts as not set, and unknown ones are nobody's business", () => {
  const config = readConfig(Schema, { ...good, BODY_LIMIT_BYTES: '', JWT_SECRET_PREVIOUS: '', PATH: '/bin' })
  assert.equal(config.BODY_LIMIT_BYTES, 1_048_576)
  assert.ok(!('PATH' in config))
})

test('every fault is listed at once, a line each', () => {
  const faults = faultsOf({
    NODE_ENV: 'prod',
    DATABASE_POOL_SIZE: '0',
    BODY_LIMIT_BYTES: 'much',
    JWT_ISSUER: ' ',
  })
  assert.deepEqual(faults.map((fault) => fault.split(' ')[0]).sort(), [
    'BODY_LIMIT_BYTES',
    'DATABASE_POOL_SIZE',
    'DATABASE_URL',
    'JWT_SECRET',
    'NODE_ENV',
  ])
  assert.ok(faults.includes('DATABASE_URL is required'))
  assert.ok(faults.includes('BODY_LIMIT_BYTES must be an integer'))
})

test('a secret of 31 bytes is refused, one of 32 is not; bytes count, not characters', () => {
  for (const name of ['JWT_SECRET', 'JWT_SECRET_PREVIOUS']) {
    assert.deepEqual(faultsOf({ ...good, [name]: 'x'.repeat(31) }), [
      `${name} must be a valid secret of 32 bytes or more`,
    ])
    assert.deepEqual(faultsOf({ ...good, [name]: 'x'.repeat(32) }), [])
    assert.deepEqual(faultsOf({ ...good, [name]: 'é'.repeat(16) }), [])
  }
})

test('values never appear in the faults, because some are secret', () => {
  const faults = faultsOf({
    DATABASE_URL: 'hunter2',
    JWT_SECRET: 'hunter2',
    LOG_LEVEL: 'hunter2',
    BODY_LIMIT_BYTES: 'hunter2',
  })
  assert.equal(faults.length, 4)
  assert.doesNotMatch(faults.join(), /hunter2/)
})

test('a URL of the wrong kind is refused', () => {
  for (const url of ['postgres://u:p@h/d', 'mysql://u:p@h', 'mysql://u:p@h/', 'werk', 'mysql:']) {
    assert.equal(faultsOf({ ...good, DATABASE_URL: url }).length, 1, url)
  }
  for (const url of ['redis://h:6379', 'rediss://h'])
    assert.deepEqual(faultsOf({ ...good, REDIS_URL: url }), [])
  assert.equal(faultsOf({ ...good, REDIS_URL: 'http://h' }).length, 1)
})
