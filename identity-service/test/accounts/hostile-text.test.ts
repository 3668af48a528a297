import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { person, post, query, registered, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())

const naughty = [
  ' ',
  '  around  ',
  '\t\r\n',
  '\u0000',
  'a\u0000b',
  '\u0001\u0007\u001b[31m\u007f\u0085',
  '\ufeffbom',
  '\ufffe\uffff',
  '\u200b\u200d\u2060\u00ad',
  '\u202edrowssap\u202c',
  '\u2066\u2069',
  'ثم نفس سقطت',
  '‫test‫',
  'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮',
  'e\u0301 é \u212b Å',
  '\u1100\u1161 가',
  '田中さん 社會科學院 찦차',
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467} \u{1f3f4}\u{e0067}\u{e0062}\u{e007f} 🏳0🌈️',
  '\u{10ffff}\u{1d4d0}',
  "'; DROP TABLE users; --",
  "1' OR '1'='1",
  "\\'; SELECT SLEEP(9); #",
  '" OR ""="',
  '%27%20OR%201=1',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '&lt;b&gt; &amp; &#0;',
  '{{7*7}} $\u007b7*7} <%= 7*7 %> #{7*7}',
  '$(touch /tmp/x) `id` ; | & > <',
  '../../../../etc/passwd',
  'C:\\CON\\NUL.txt',
  '%s%n%d %00 %0a',
  '() { :;}; echo x',
  "=cmd|' /C calc'!A0",
  'null',
  'undefined',
  'NaN',
  'true',
  '0',
  '-1',
  '1e309',
  '0x10',
  '__proto__',
  'constructor',
  'toString',
  '[object Object]',
  '{"$gt":""}',
  'ﷺ'.repeat(100),
  'ß'.repeat(100),
  '\\u0000\\ud800',
  'İıſK',
]

test('hostile text in names comes back as it went in', async () => {
  for (const text of naughty) {
    const who = await registered(app, { name: text, lastname: text })
    const answer = await werkLogin(app, who.email, who.password)
    assert.equal(answer.statusCode, 200, JSON.stringify(text))
    assert.deepEqual([answer.json().name, answer.json().lastname], [text, text])
    const [row] = await query<{ name: string; last_name: string }[]>(
      service,
      'SELECT name, last_name FROM users WHERE email = ?',
      [who.email],
    )
    assert.deepEqual([row?.name, row?.last_name], [text, text])
  }
})

test('hostile text as an e-mail or username comes back as it went in, or is refused with 4xx', async () => {
  for (const [n, text] of naughty.entries()) {
    const email = `${n}${text}@example.com`
    const werk = await post(app, '/api/auth/register', person({ email }))
    if (werk.statusCode === 201) assert.equal(werk.json().email, email)
    else assertFailure(werk, { status: 400 })

    const username = `${n}-${text}`
    const tixgo = await post(app, '/auth/register', {
      username,
      password: text.repeat(4).slice(0, 50),
      role: 'committee',
    })
    if (tixgo.statusCode === 200) assert.equal(tixgo.json().username, username)
    else assertFailure(tixgo, { status: 400 })
  }
})

test('hostile text as a password logs in, and nothing else does', async () => {
  for (const password of naughty) {
    const { email } = await registered(app, { password })
    assert.equal((await tixgoLogin(app, email, password)).statusCode, 200, JSON.stringify(password))
    assertFailure(await werkLogin(app, email, `${password}x`), { status: 401 })
  }
})

test('hostile text as a login name is 401, never 5xx', async () => {
  for (const text of naughty) {
    assertFailure(await werkLogin(app, text, 'x'), { status: 401 })
    assertFailure(await tixgoLogin(app, text, 'x'), { status: 401 })
  }
})

test('lone surrogates, bytes that are not UTF-8 and very long text are refused with 4xx', async () => {
  const send = (payload: string | Buffer) =>
    app.inject({
      method: 'POST',
      url: '/api/auth/register',
      payload,
      headers: { 'content-type': 'application/json' },
    })
  const around = (name: string) =>
    `{"name":"${name}","lastname":"x","email":"raw@example.com","password":"x"}`
  for (const name of ['\\ud800', '\\udfff\\ud800', 'x\\udc00y', '\\ud83d']) {
    assertFailure(await send(around(name)), { status: 400, error: 'invalid JSON body' })
  }
  for (const byte of [0x80, 0xc0, 0xfe, 0xff]) {
    const body = Buffer.from(around('?'))
    body[body.indexOf('?')] = byte
    assertFailure(await send(body), { status: 400, error: 'invalid JSON body' })
  }
  assertFailure(await send(around('x'.repeat(100_000))), { status: 400, fields: ['name'] })
  assertFailure(await send(around('x'.repeat(2_000_000))), { status: 413, code: 'request.too_large' })
  assertFailure(await send('['.repeat(200_000)), { status: 400 })
})

test('X-Tenant-ID and Authorization of any text are refused with 4xx', async () => {
  for (const text of naughty.map((value) => encodeURIComponent(value))) {
    const answer = await app.inject({
      url: '/auth/me',
      headers: { authorization: `Bearer ${text}`, 'x-tenant-id': text },
    })
    assert.ok([400, 401].includes(answer.statusCode), text)
  }
})
