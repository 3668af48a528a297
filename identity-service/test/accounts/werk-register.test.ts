import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, test } from 'node:test'
import { keyIdOf } from '@werk/shared/auth/tokens'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { testSecret } from '@werk/shared/test-kit/sign-token'
import { person, post, query, readToken, registered } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())
const register = (payload: object) => post(app, '/api/auth/register', payload)

test('registering answers 201 with token, name, lastname and email', async () => {
  const who = person()
  const answer = await register(who)
  assert.equal(answer.statusCode, 201)
  const { token, ...rest } = answer.json()
  assert.deepEqual(rest, { name: who.name, lastname: who.lastname, email: who.email })
  assert.equal(typeof token, 'string')
})

test('the token is HS256, lives 24 h and has every claim of the contract', async () => {
  const before = Math.floor(Date.now() / 1000)
  const who = await registered(app)
  const { header, claims } = readToken(who.token)
  assert.deepEqual(header, { alg: 'HS256', typ: 'JWT', kid: keyIdOf(testSecret) })
  const { iat, exp, sid, uid, ...rest } = claims
  assert.ok(Number(iat) >= before && Number(iat) <= Date.now() / 1000)
  assert.equal(Number(exp) - Number(iat), 24 * 60 * 60)
  assert.match(String(sid), /^[0-9a-f-]{36}$/)
  const [row] = await query<{ id: number; invgate_id: number }[]>(
    service,
    'SELECT id, invgate_id FROM users WHERE email = ?',
    [who.email],
  )
  assert.equal(uid, row?.id)
  assert.deepEqual(rest, {
    sub: who.email,
    role: 'user',
    tenant_id: 1,
    name: 'Ada Lovelace',
    email: who.email,
    invgate_id: row?.invgate_id,
    iss: 'werk-identity',
    aud: 'werk-ticketing',
  })
  const signed = who.token.slice(0, who.token.lastIndexOf('.'))
  const signature = createHmac('sha256', testSecret).update(signed).digest('base64url')
  assert.equal(who.token, `${signed}.${signature}`)
})

test('a taken e-mail is 409, in any case and any Unicode form', async () => {
  const same = [
    ['ada@same.example', 'ADA@Same.Example'],
    ['jos\u00e9@same.example', 'jose\u0301@same.example'],
    ['JOSE\u0301.b@same.example', 'jos\u00e9.B@same.example'],
    ['wide@same.example', '\uff57\uff49\uff44\uff45@same.example'],
    ['ligature.fi@same.example', 'ligature.\ufb01@same.example'],
    ['stra\u00dfe@same.example', 'STRASSE@same.example'],
    ['\u03c3\u03c2@same.example', '\u03a3\u03a3@same.example'],
    ['kelvin@same.example', '\u212aelvin@same.example'],
  ]
  for (const [first, second] of same) {
    await registered(app, { email: String(first) })
    const failure = assertFailure(await register(person({ email: String(second) })), {
      status: 409,
      code: 'account.taken',
      fields: ['email'],
    })
    assert.equal(failure.data, null)
  }
})

test('of many registrations of one e-mail at once exactly one is 201', async () => {
  // several times, because only some orders of arrival make the database see a deadlock
  for (let round = 0; round < 12; round += 1) {
    const email = `race.${round}@example.com`
    const spelling = (n: number) => (n % 2 === 0 ? email : email.toUpperCase())
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => register(person({ email: spelling(n) }))),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    assert.deepEqual(statuses, [201, ...Array.from({ length: 9 }, () => 409)])
  }
})

test('e-mails that differ in more than case and form are different people', async () => {
  for (const email of [
    'a.b@diff.example',
    'ab@diff.example',
    'a+b@diff.example',
    '\u0430b@diff.example',
    'áb@diff.example',
  ]) {
    await registered(app, { email })
  }
})

test('name and lastname hold 1 to 100 characters, email at most 190', async () => {
  const email = (length: number) => `${'e'.repeat(length - 12)}@example.com`
  for (const [field, fits, tooLong] of [
    ['name', 'n'.repeat(100), 'n'.repeat(101)],
    ['lastname', 'n'.repeat(100), 'n'.repeat(101)],
    ['name', '\u{1f600}'.repeat(100), '\u{1f600}'.repeat(101)],
    ['lastname', 'é'.repeat(100), 'é'.repeat(101)],
    ['email', email(190), email(191)],
    ['email', `${'\u{10400}'.repeat(178)}@example.org`, `${'\u{10400}'.repeat(179)}@example.org`],
  ] as const) {
    const kept = await register(person({ [field]: fits }))
    assert.equal(kept.statusCode, 201, kept.body)
    assert.equal(kept.json()[field], fits)
    assertFailure(await register(person({ [field]: tooLong })), { status: 400, fields: [field] })
    assertFailure(await register(person({ [field]: '' })), { status: 400, fields: [field] })
  }
  assert.equal((await register(person({ name: 'n', lastname: 'l', password: 'p' }))).statusCode, 201)
})

test('an e-mail that folding makes longer than the column is 400', async () => {
  const email = `${'\ufdfa'.repeat(20)}@example.com`
  assertFailure(await register(person({ email })), { status: 400, fields: ['email'] })
})

test('what is no e-mail address is 400', async () => {
  const wrong = [
    'ada',
    '@example.com',
    'ada@',
    'a@b@c',
    'a b@c.d',
    ' a@b.c',
    'a@b.c ',
    'a@b.c\n',
    'a\u0000@b.c',
    'a\u200b@b.c',
  ]
  for (const email of [...wrong, '\u202ea@b.c', 'a@b.c\u3000', '@']) {
    assertFailure(await register(person({ email })), {
      status: 400,
      code: 'account.invalid',
      fields: ['email'],
    })
  }
})

test('each missing or mistyped field is named, all at once', async () => {
  assertFailure(await register({}), { status: 400, fields: ['name', 'lastname', 'email', 'password'] })
  for (const value of [null, 1, true, [], {}, ['a@b.c']]) {
    assertFailure(await register({ name: value, lastname: value, email: value, password: value }), {
      status: 400,
      code: 'request.invalid',
      fields: ['name', 'lastname', 'email', 'password'],
    })
  }
})

test('malformed JSON is 400 invalid JSON body, word for word', async () => {
  for (const payload of ['', '{', '{"name":"Ada"', 'name=Ada', '{"name":"\\ud800"}']) {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/auth/register',
      payload,
      headers: { 'content-type': 'application/json' },
    })
    assertFailure(answer, { status: 400, error: 'invalid JSON body', fields: null })
  }
})

test('nobody chooses role, id, tenant or InvGate id in the body', async () => {
  const extra = { role: 'admin', id: 1, uid: 1, tenant_id: 2, tenantId: 2, invgate_id: 5, active: false }
  const answer = await register({ ...person(), ...extra })
  assert.equal(answer.statusCode, 201)
  const { claims } = readToken(answer.json().token)
  assert.deepEqual([claims.role, claims.tenant_id], ['user', 1])
  assert.notEqual(claims.invgate_id, 5)
})
