import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import bcrypt from 'bcryptjs'
import { query, registered, registeredUsername, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())

async function storedHash(email: string): Promise<string> {
  const [row] = await query<{ password: string }[]>(service, 'SELECT password FROM users WHERE email = ?', [
    email,
  ])
  return row?.password ?? ''
}

const twins = {
  'after byte 72': ['x'.repeat(72), `${'x'.repeat(72)}y`],
  'in byte 73': [`${'x'.repeat(72)}a`, `${'x'.repeat(72)}b`],
  'in the last of 200': [`${'x'.repeat(199)}a`, `${'x'.repeat(199)}b`],
  'after a NUL': ['secret\u0000one', 'secret\u0000two'],
  'by a NUL at the end': ['secret', 'secret\u0000'],
  'in case': ['Secret', 'secret'],
  'in white space at the end': ['secret', 'secret '],
  'in a multi-byte character across byte 72': [`${'x'.repeat(71)}é`, `${'x'.repeat(71)}è`],
}
for (const [where, [password = '', other = '']] of Object.entries(twins)) {
  test(`passwords that differ ${where} are different`, async () => {
    const { email } = await registered(app, { password })
    assert.equal((await werkLogin(app, email, password)).statusCode, 200)
    assertFailure(await werkLogin(app, email, other), { status: 401 })
    const { email: second } = await registered(app, { password: other })
    assert.equal((await werkLogin(app, second, other)).statusCode, 200)
    assertFailure(await werkLogin(app, second, password), { status: 401 })
  })
}

test('what is stored is neither the password nor plain bcrypt of it, and differs for equal passwords', async () => {
  const password = 'the same for both'
  const [one, two] = [await registered(app, { password }), await registered(app, { password })]
  const [first, second] = [await storedHash(one.email), await storedHash(two.email)]
  assert.match(first, /^sha384\$2b\$04\$/)
  assert.notEqual(first, second)
  assert.ok(!first.includes(password))
  const inner = first.slice('sha384'.length)
  assert.equal(await bcrypt.compare(password, inner), false)
})

test('the digest inside is no shortcut: it does not log in itself', async () => {
  const { email } = await registered(app)
  assertFailure(await werkLogin(app, email, await storedHash(email)), { status: 401 })
})

test('passwords never reach a log, whether right, wrong, invalid or in broken JSON', async () => {
  const password = 'never-to-be-logged-4711'
  const { email } = await registered(app, { password })
  await registeredUsername(app)
  await werkLogin(app, email, password)
  await tixgoLogin(app, email, `${password}-wrong`)
  for (const payload of [`{"email":"${email}","password":"${password}`, `{"password":["${password}"]}`]) {
    const headers = { 'content-type': 'application/json' }
    const answer = await app.inject({ method: 'POST', url: '/api/auth/login', payload, headers })
    assert.equal(answer.statusCode, 400)
    assert.ok(!answer.body.includes(password))
  }
  await app.inject({ method: 'POST', url: `/api/auth/login?password=${password}`, payload: {} })
  const logged = service.logLines.join('')
  assert.ok(logged.includes('"answered"'))
  assert.ok(
    !logged.includes('never-to-be-logged'),
    logged.split('\n').find((line) => line.includes('never-to')),
  )
})
