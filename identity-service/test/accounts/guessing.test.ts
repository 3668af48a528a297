import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { post, registered, registeredUsername, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const limit = 5
const service = await startIdentityService({ RATE_LIMIT_LOGIN: String(limit) })
const { app } = service
after(() => service.close())

async function assertExhausted(guess: () => ReturnType<typeof post>): Promise<void> {
  const answer = await guess()
  assertFailure(answer, { status: 429, code: 'request.rate_limited' })
  assert.ok(Number(answer.headers['retry-after']) > 0)
}

test('guesses at one account are limited, however its name is written and whichever dialect asks', async () => {
  const who = await registered(app, { email: 'guess.me@example.com' })
  const spellings = ['guess.me@example.com', 'GUESS.ME@example.com', '\uff47uess.me@example.com']
  for (let n = 0; n < limit; n += 1) {
    const spelling = String(spellings[n % spellings.length])
    const answer = await (n % 2 === 0
      ? werkLogin(app, spelling, 'wrong')
      : tixgoLogin(app, spelling, 'wrong'))
    assert.equal(answer.statusCode, 401)
  }
  for (const spelling of [
    ...spellings,
    'guess.me@example.com ',
    'guess.me@example.com\u3000',
    'guess.me@example.com    ',
  ]) {
    await assertExhausted(() => werkLogin(app, spelling, who.password))
    await assertExhausted(() => tixgoLogin(app, spelling, who.password))
  }
})

test('fields that the dialect does not have do not make another account of it', async () => {
  const { username, password } = await registeredUsername(app)
  const { email, password: other } = await registered(app)
  for (let n = 0; n < limit; n += 1) {
    await post(app, '/auth/login', { username, password: 'wrong', email: `other-${n}@example.com` })
    await post(app, '/api/auth/login', { email, password: 'wrong', username: `other-${n}` })
  }
  await assertExhausted(() => post(app, '/auth/login', { username, password, email: 'another@example.com' }))
  await assertExhausted(() => post(app, '/api/auth/login', { email, password: other, username: 'another' }))
})

test('other accounts are not touched', async () => {
  const [victim, other] = [await registered(app), await registered(app)]
  for (let n = 0; n <= limit; n += 1) await werkLogin(app, victim.email, 'wrong')
  assert.equal((await werkLogin(app, other.email, other.password)).statusCode, 200)
})

test('200 guesses at once stay within the limit exactly', async () => {
  const { email } = await registered(app)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const guess = async (n: number) => {
    const answer = await fetch(`${origin}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${n % 250}` },
      body: JSON.stringify({ email, password: `guess ${n}` }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const statuses = await Promise.all(Array.from({ length: 200 }, (_, n) => guess(n)))
  assert.equal(statuses.filter((status) => status === 401).length, limit)
  assert.equal(statuses.filter((status) => status === 429).length, 200 - limit)
})
