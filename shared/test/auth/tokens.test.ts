import assert from 'node:assert/strict'
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { App } from '../../src/app/create-app.ts'
import { keyIdOf } from '../../src/auth/tokens.ts'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { signToken, testSecret } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from '../app/test-app.ts'

const now = () => Math.floor(Date.now() / 1000)
const encode = (text: string) => Buffer.from(text).toString('base64url')
const sign = (text: string, hash = 'sha256') => createHmac(hash, testSecret).update(text).digest('base64url')
const claims = () => ({ sub: 'ada@example.com', exp: now() + 600 })
const call = (app: App, token: string) =>
  app.inject({ url: '/me', headers: { authorization: `Bearer ${token}` } })

async function assertRefused(app: App, token: string, what: string): Promise<void> {
  const answer = await call(app, token)
  assert.equal(answer.statusCode, 401, `${what} was let in: ${answer.body}`)
  assertFailure(answer, { status: 401, code: 'token.unauthenticated', error: 'invalid token', fields: null })
  assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_token"')
}

/** Header and payload as they are, rightly signed. */
function signParts(header: string, payload = JSON.stringify(claims()), hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${sign(signed, hash)}`
}

test('a token of nothing but sub and exp is a plain user of tenant 1', async (t) => {
  const { app } = await startTestApp(t)
  const answer = await call(app, signToken({ sub: 'ada', exp: now() + 600 }))
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), {
    sub: 'ada',
    email: null,
    uid: null,
    tenantId: 1,
    role: 'user',
    name: null,
    invgateId: null,
    sid: null,
    scopes: null,
    workingIn: 1,
  })
})

test('every claim that is present is believed once it was checked', async (t) => {
  const { app } = await startTestApp(t)
  const full = {
    ...claims(),
    iat: now(),
    nbf: now(),
    role: 'agent',
    uid: 7,
    tenant_id: 3,
    name: 'Ada',
    email: 'ada@example.com',
    sid: 'session',
    invgate_id: 101,
    iss: 'werk-identity',
    aud: 'werk-ticketing',
  }
  const answer = await call(app, signToken(full))
  assert.equal(answer.statusCode, 200, answer.body)
  const { uid, tenantId, role, invgateId } = answer.json()
  assert.deepEqual({ uid, tenantId, role, invgateId }, { uid: 7, tenantId: 3, role: 'agent', invgateId: 101 })
  const several = await call(app, signToken({ ...full, aud: ['another', 'werk-ticketing'] }))
  assert.equal(several.statusCode, 200, 'RFC 7519: aud may be a list that holds ours')
})

test('no or a malformed authorization header answers 401 missing authorization header', async (t) => {
  const { app } = await startTestApp(t)
  const good = signToken(claims())
  const headers = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${good}`,
    good,
    `Bearer ${good} ${good}`,
    `Token ${good}`,
  ]
  for (const authorization of headers) {
    const answer = await app.inject({
      url: '/me',
      headers: authorization === undefined ? {} : { authorization },
    })
    assertFailure(answer, { status: 401, error: 'missing authorization header', fields: null })
    assert.equal(answer.headers['www-authenticate'], 'Bearer')
  }
  const lowerCase = await app.inject({ url: '/me', headers: { authorization: `bearer ${good}` } })
  assert.equal(lowerCase.statusCode, 200, 'RFC 9110: the scheme is not case-sensitive')
})

test('no algorithm but HS256 passes, in this spelling alone', async (t) => {
  const { app } = await startTestApp(t)
  for (const alg of [
    'none',
    'None',
    'NONE',
    'noNE',
    '',
    'hs256',
    'Hs256',
    'HS256 ',
    'RS256',
    'ES256',
    null,
    256,
  ]) {
    const header = JSON.stringify({ alg, typ: 'JWT' })
    await assertRefused(app, signParts(header), `alg ${alg}`)
    await assertRefused(app, `${encode(header)}.${encode(JSON.stringify(claims()))}.`, `unsigned ${alg}`)
    await assertRefused(app, `${encode(header)}.${encode(JSON.stringify(claims()))}`, `two parts ${alg}`)
  }
  for (const [alg, hash] of [
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ] as const) {
    await assertRefused(app, signParts(JSON.stringify({ alg, typ: 'JWT' }), undefined, hash), alg)
    await assertRefused(
      app,
      signParts(JSON.stringify({ alg: 'HS256', typ: 'JWT' }), undefined, hash),
      `${alg} as HS256`,
    )
  }
  await assertRefused(app, signParts(JSON.stringify({ typ: 'JWT' })), 'no alg')

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signed = `${encode(JSON.stringify({ alg: 'RS256', typ: 'JWT' }))}.${encode(JSON.stringify(claims()))}`
  const rsa = createSign('sha256').update(signed).sign(privateKey, 'base64url')
  await assertRefused(app, `${signed}.${rsa}`, 'a real RS256 signature')
})

test('the header says typ JWT, or the token is refused', async (t) => {
  const { app } = await startTestApp(t)
  for (const typ of ['at+jwt', 'JWE', 'JOSE', '', null, 1, ['JWT'], 'dpop+jwt']) {
    await assertRefused(app, signParts(JSON.stringify({ alg: 'HS256', typ })), `typ ${typ}`)
  }
  await assertRefused(app, signParts(JSON.stringify({ alg: 'HS256' })), 'no typ')
})

test('a critical header that we do not understand is refused (RFC 7515, 4.1.11)', async (t) => {
  const { app } = await startTestApp(t)
  const headers = [
    { crit: ['b64'], b64: false },
    { crit: ['http://example.com/UNDEFINED'], 'http://example.com/UNDEFINED': true },
    { crit: [] },
    { crit: ['exp'], exp: now() + 600 },
    { crit: 'exp' },
    { crit: {} },
    { crit: null },
    { crit: '' },
  ]
  for (const header of headers)
    await assertRefused(app, signToken(claims(), { header }), JSON.stringify(header))
})

test('a key that the token names itself is never fetched nor believed', async (t) => {
  const { app } = await startTestApp(t)
  const own = 'a key that the attacker chose, long enough'
  const jwk = { kty: 'oct', k: encode(own) }
  const forged = [
    { jwk },
    { jku: 'http://127.0.0.1:9/keys' },
    { x5u: 'http://127.0.0.1:9/cert' },
    { kid: own },
  ]
  for (const header of forged) {
    await assertRefused(app, signToken(claims(), { secret: own, header }), JSON.stringify(header))
  }
  for (const kid of [
    "' OR 1=1 --",
    '../../../../dev/null',
    '/etc/passwd',
    '\u0000',
    'x'.repeat(4000),
    7,
    null,
    {},
  ]) {
    await assertRefused(app, signToken(claims(), { secret: own, header: { kid } }), `kid ${kid}`)
    const wellSigned = await call(app, signToken(claims(), { header: { kid } }))
    assert.equal(wellSigned.statusCode, 200, 'a kid is not looked at')
  }
  await assertRefused(app, signToken(claims(), { secret: 'x', header: { kid: '/dev/null' } }), 'an empty key')
})

test('only the compact form in its one spelling passes', async (t) => {
  const { app } = await startTestApp(t)
  const good = signToken(claims())
  const [header = '', payload = '', signature = ''] = good.split('.')
  assert.equal((await call(app, good)).statusCode, 200)

  const last = signature.slice(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const sameBytes = alphabet[alphabet.indexOf(last) + 1]
  const broken = {
    'an empty signature': `${header}.${payload}.`,
    'two parts': `${header}.${payload}`,
    'four parts': `${good}.${signature}`,
    'five parts (JWE)': `${good}.${payload}.${signature}`,
    'nothing but dots': '..',
    'junk after': `${good}x`,
    'junk before': `x${good}`,
    'a dot after': `${good}.`,
    padding: `${good}=`,
    'the last character spelt otherwise': `${good.slice(0, -1)}${sameBytes}`,
    'standard base64': good.replaceAll('-', '+').replaceAll('_', '/').concat('/'),
    'a signature cut short': good.slice(0, -1),
    'a changed payload': `${header}.${encode(JSON.stringify({ ...claims(), role: 'admin' }))}.${signature}`,
    'a changed header': `${encode('{"alg":"HS256","typ":"JWT","x":1}')}.${payload}.${signature}`,
    'parts in another order': `${payload}.${header}.${signature}`,
    'JSON serialisation': JSON.stringify({ protected: header, payload, signature }),
    'general JSON serialisation': JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    'the secret itself': testSecret.replaceAll(' ', ''),
    null: 'null',
    undefined: 'undefined',
  }
  for (const [what, token] of Object.entries(broken)) await assertRefused(app, token, what)

  for (const inner of [' ', '%20', '\t']) {
    const answer = await call(app, `${header}.${payload}${inner}.${signature}`)
    assert.equal(answer.statusCode, 401, 'white space inside')
  }
})

test('payloads that are no object of claims are refused', async (t) => {
  const { app } = await startTestApp(t)
  const header = '{"alg":"HS256","typ":"JWT"}'
  for (const payload of ['', '[]', 'null', '1', '"x"', '{', `[${JSON.stringify(claims())}]`, '\u00ff']) {
    await assertRefused(app, signParts(header, payload), payload)
  }
  for (const broken of ['[]', 'null', '{', '"HS256"'])
    await assertRefused(app, signParts(broken), `header ${broken}`)
})

test('the wrong secret is refused, however close', async (t) => {
  const { app } = await startTestApp(t)
  for (const secret of [`${testSecret} `, testSecret.slice(1), testSecret.toUpperCase(), ' ', 'secret']) {
    await assertRefused(app, signToken(claims(), { secret }), secret)
  }
})

test('the previous secret still verifies and never signs', async (t) => {
  const previous = 'the secret before the rotation, long enough'
  const { app, tokens } = await startTestApp(t, { config: { JWT_SECRET_PREVIOUS: previous } })
  assert.equal((await call(app, signToken(claims(), { secret: previous }))).statusCode, 200)
  assert.equal((await call(app, signToken(claims()))).statusCode, 200)
  await assertRefused(
    app,
    signToken(claims(), { secret: 'another secret, neither of the two' }),
    'a third secret',
  )
  await assertRefused(
    app,
    signToken({ sub: 'ada', exp: now() - 60 }, { secret: previous }),
    'expired, previous',
  )
  await assertRefused(app, signToken({ ...claims(), iss: 'x' }, { secret: previous }), 'wrong iss, previous')

  const issued = tokens.issue({ sub: 'ada' }, 60)
  const [header, payload, signature] = issued.split('.')
  assert.equal(signature, sign(`${header}.${payload}`), 'signed with the current secret')

  const { body: figures } = await app.inject({ url: '/metrics' })
  for (const [secret, count] of [
    ['current', 1],
    ['previous', 1],
  ]) {
    assert.match(figures, new RegExp(`tokens_verified_total\\{secret="${secret}",.*\\} ${count}\\n`))
  }

  const rotated = await startTestApp(t)
  assert.equal((await call(rotated.app, issued)).statusCode, 200)
  await assertRefused(rotated.app, signToken(claims(), { secret: previous }), 'previous, after the rotation')
})

test('times have 30 seconds of skew and no more', async (t) => {
  const { app } = await startTestApp(t)
  const sub = 'ada'
  const let_in = [
    { sub, exp: now() - 25 },
    { sub, exp: now() + 0.5 },
    { ...claims(), nbf: now() + 25 },
    { ...claims(), iat: now() + 25 },
    { ...claims(), iat: 0 },
  ]
  for (const payload of let_in) {
    assert.equal((await call(app, signToken(payload))).statusCode, 200, JSON.stringify(payload))
  }
  const refused = [
    { sub, exp: now() - 32 },
    { sub, exp: 0 },
    { sub, exp: -1 },
    { ...claims(), nbf: now() + 40 },
    { ...claims(), iat: now() + 40 },
    { ...claims(), iat: now() + 1e9 },
  ]
  for (const payload of refused) await assertRefused(app, signToken(payload), JSON.stringify(payload))
})

test('a token that was let in is refused as soon as its time is over, and one that came too early is let in when its time comes', async (t) => {
  const { app } = await startTestApp(t)
  t.mock.timers.enable({ apis: ['Date'], now: 1_900_000_000_000 })
  const exp = now() + 60
  const [ending, early] = [
    signToken({ sub: 'ada', exp }),
    signToken({ sub: 'ada', exp: exp + 600, nbf: exp + 40 }),
  ]
  assert.equal((await call(app, ending)).statusCode, 200)
  await assertRefused(app, early, 'one that is not valid yet')
  t.mock.timers.setTime((exp + 29) * 1000)
  for (const token of [ending, early]) assert.equal((await call(app, token)).statusCode, 200)
  t.mock.timers.setTime((exp + 31) * 1000)
  await assertRefused(app, ending, 'one that was good before')
  assert.equal((await call(app, early)).statusCode, 200)
})

test('a claim of the wrong type or value is refused', async (t) => {
  const { app } = await startTestApp(t)
  const notText = [null, 1, true, {}, ['x'], '']
  const notId = [null, 0, -1, 1.5, '1', '', true, [1], {}, 2 ** 53]
  const notTime = [null, 'soon', String(now() + 600), true, {}, [now() + 600]]
  const wrong: Record<string, unknown[]> = {
    sub: [...notText, 'x'.repeat(321)],
    exp: notTime,
    iat: notTime,
    nbf: notTime,
    role: [...notText, 'root', 'Admin', 'admin ', 'superuser', ['admin']],
    uid: notId,
    tenant_id: [...notId, 2 ** 32],
    invgate_id: notId,
    email: [...notText, 'x'.repeat(321)],
    name: [null, 1, true, {}, ['x'], 'x'.repeat(401)],
    sid: [...notText, 'x'.repeat(129)],
    iss: [...notText, 'werk-identity ', 'WERK-IDENTITY', 'https://werk-identity', ['werk-identity']],
    aud: [
      null,
      1,
      true,
      {},
      [],
      '',
      'werk-ticketing ',
      'WERK-TICKETING',
      ['another'],
      [null],
      ['werk-ticketing', 1],
    ],
  }
  for (const [claim, values] of Object.entries(wrong)) {
    for (const value of values) {
      await assertRefused(
        app,
        signToken({ ...claims(), [claim]: value }),
        `${claim} ${JSON.stringify(value)}`,
      )
    }
  }
  for (const missing of ['sub', 'exp']) {
    await assertRefused(app, signToken({ ...claims(), [missing]: undefined }), `no ${missing}`)
  }
  await assertRefused(
    app,
    signParts('{"alg":"HS256","typ":"JWT"}', '{"sub":"ada","exp":1e999}'),
    'exp for ever',
  )
})

test('claims about prototypes give nobody a role', async (t) => {
  const { app } = await startTestApp(t)
  const header = '{"alg":"HS256","typ":"JWT"}'
  const tricks = [
    `{"sub":"ada","exp":${now() + 600},"__proto__":{"role":"admin","tenant_id":9}}`,
    `{"sub":"ada","exp":${now() + 600},"constructor":{"prototype":{"role":"admin"}}}`,
  ]
  for (const payload of tricks) {
    const answer = await call(app, signParts(header, payload))
    if (answer.statusCode === 200) assert.deepEqual([answer.json().role, answer.json().tenantId], ['user', 1])
    else assertFailure(answer, { status: 401 })
  }
  const inherited = `{"exp":${now() + 600},"__proto__":{"sub":"ada"}}`
  await assertRefused(app, signParts(header, inherited), 'an inherited sub')
})

test('a name that cannot be written down is refused: no Unicode, or a login name that folding makes too long', async (t) => {
  const { app } = await startTestApp(t)
  const ligature = '\ufdfa'
  for (const name of ['a\ud800', '\udc00', '\ude00\ud83d'])
    for (const claim of ['sub', 'email', 'name'])
      await assertRefused(app, signToken({ ...claims(), [claim]: name }), `${claim} of half a character`)
  for (const claim of ['sub', 'email']) {
    await assertRefused(
      app,
      signToken({ ...claims(), [claim]: ligature.repeat(18) }),
      `${claim} that grows to 324`,
    )
    assert.equal((await call(app, signToken({ ...claims(), [claim]: ligature.repeat(17) }))).statusCode, 200)
    assert.equal((await call(app, signToken({ ...claims(), [claim]: 'ß'.repeat(160) }))).statusCode, 200)
    await assertRefused(
      app,
      signToken({ ...claims(), [claim]: 'ß'.repeat(161) }),
      `${claim} that grows to 322`,
    )
  }
})

test('a huge token is refused before it is looked at', async (t) => {
  const { app } = await startTestApp(t)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const token = signToken({ ...claims(), padding: 'x'.repeat(20_000) })
  const answer = await fetch(`${origin}/me`, { headers: { authorization: `Bearer ${token}` } })
  const headers = Object.fromEntries(answer.headers)
  const body = await answer.text()
  assertFailure(
    { statusCode: answer.status, headers, body },
    { status: 431, code: 'request.headers_too_large' },
  )
})

test('an issued token is HS256, typ JWT, with times in whole seconds, issuer and audience', async (t) => {
  const { tokens } = await startTestApp(t)
  const before = now()
  const [header = '', payload = ''] = tokens.issue({ sub: 'ada', role: 'user' }, 90).split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  assert.deepEqual(read(header), { alg: 'HS256', typ: 'JWT', kid: keyIdOf(testSecret) })
  assert.notEqual(keyIdOf(testSecret), keyIdOf(`${testSecret} `), 'another secret has another name')
  const { iat, exp, ...rest } = read(payload)
  assert.ok(Number.isInteger(iat) && iat >= before && iat <= now())
  assert.equal(exp - iat, 90)
  assert.deepEqual(rest, { sub: 'ada', role: 'user', iss: 'werk-identity', aud: 'werk-ticketing' })
})
