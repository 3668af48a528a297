import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '@werk/shared/config/read-config'
import { testSecret } from '@werk/shared/test-kit/sign-token'
import { ConfigSchema } from '../src/config.ts'

test('a pool of one connection, in which no ticket in doubt could be settled, is refused at boot', () => {
  const read = (size: string) =>
    readConfig(ConfigSchema, {
      DATABASE_URL: 'mysql://user:password@127.0.0.1:3306/werk_ticket',
      DATABASE_POOL_SIZE: size,
      JWT_SECRET: testSecret,
      ARMMADA_BASE_URL: 'https://desk.example.com/api/v1/',
      ARMMADA_USERNAME: 'user',
      ARMMADA_PASSWORD: 'password',
    })
  assert.throws(() => read('1'), /DATABASE_POOL_SIZE/)
  assert.equal(read('2').DATABASE_POOL_SIZE, 2)
})
