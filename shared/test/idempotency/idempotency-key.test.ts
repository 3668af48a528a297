import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors/app-error.ts'
import { createKeyScope, readIdempotencyKey } from '../../src/idempotency/idempotency-key.ts'

const secrets = { JWT_SECRET: 'a secret for tests, of 32 bytes or more' }
const read = (key: string) => readIdempotencyKey({ headers: { 'idempotency-key': key } })

test('a request without the header has no key', () => {
  assert.equal(readIdempotencyKey({ headers: {} }), null)
})

test('a key counts the same quoted and bare', () => {
  const key = '8e03978e-40d5-43e8-bc93-6894a57f9324'
  assert.equal(read(key), key)
  assert.equal(read(`"${key}"`), key)
  assert.equal(read('"a\\"b\\\\c"'), 'a"b\\c')
  assert.equal(read('x'.repeat(255)), 'x'.repeat(255))
  assert.equal(read(`"${'x'.repeat(255)}"`), 'x'.repeat(255))
})

test('what is no key is refused: empty, too long, blanks, control and foreign characters, broken quotes, a list', () => {
  const wrong = ['', '""', 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'a b', 'a\tb', 'kéy', 'a, b']
  const quotes = ['"a', '"', '"a"b"', '"a\\"', '"a\\b"', '"a b"', '"a"; p=1', '"a", "b"']
  for (const key of [...wrong, ...quotes]) {
    assert.throws(
      () => read(key),
      (error) =>
        error instanceof AppError && error.code === 'idempotency.invalid' && error.statusCode === 400,
      key,
    )
  }
})

test('a key of another tenant, subject or route is another key', () => {
  const { id } = createKeyScope(secrets)
  const scope = { tenantId: 1, subject: 'ada', route: 'POST /tickets' }
  const ids = [
    id(scope, 'k'),
    id(scope, 'K'),
    id({ ...scope, tenantId: 2 }, 'k'),
    id({ ...scope, subject: 'bob' }, 'k'),
    id({ ...scope, subject: null }, 'k'),
    id({ ...scope, subject: 'null' }, 'k'),
    id({ ...scope, route: 'POST /checkins' }, 'k'),
    id({ ...scope, subject: 'ada","POST /tickets', route: '' }, 'k'),
  ]
  assert.equal(new Set(ids).size, ids.length)
  for (const one of ids) assert.match(one, /^[0-9a-f]{64}$/)
  assert.equal(id({ ...scope }, 'k'), ids[0])
  const rotated = createKeyScope({ JWT_SECRET: 'another secret of at least 32 bytes!' })
  assert.equal(rotated.id(scope, 'k'), ids[0], 'a rotation of the secret makes no key new')
})

test('the order of members and white space make no other request, anything else does', () => {
  const { fingerprint } = createKeyScope(secrets)
  const of = (json: string, files = [{ sha256: 'aa', name: 'a.txt', type: 'text/plain' as string | null }]) =>
    fingerprint({ body: JSON.parse(json), files })[0]
  const one = of('{"a": 1, "b": {"c": [1, 2], "d": null}}')
  assert.match(one, /^[0-9a-f]{64}$/)
  assert.equal(of('{"b":{"d":null,"c":[1,2]},"a":1.0}'), one)
  const file = { sha256: 'aa', name: 'a.txt', type: 'text/plain' }
  const others = [
    of('{"a":"1","b":{"c":[1,2],"d":null}}'),
    of('{"a":1,"b":{"c":[2,1],"d":null}}'),
    of('{"a":1,"b":{"c":[1,2]}}'),
    of('{"a":1,"b":{"c":[1,2],"d":null},"e":1}'),
    ...[
      { ...file, sha256: 'ab' },
      { ...file, name: 'b.txt' },
      { ...file, type: null },
    ].map((changed) => of('{"a":1,"b":{"c":[1,2],"d":null}}', [changed])),
    of('{"a":1,"b":{"c":[1,2],"d":null}}', []),
    of('{"a":1,"b":{"c":[1,2],"d":null}}', [file, file]),
  ]
  assert.equal(new Set([one, ...others]).size, others.length + 1)
})

test('after a rotation a request is still known by the previous secret', () => {
  const parts = { body: { password: 'a long enough password' } }
  const [before] = createKeyScope(secrets).fingerprint(parts)
  const rotated = {
    JWT_SECRET: 'another secret of at least 32 bytes!',
    JWT_SECRET_PREVIOUS: secrets.JWT_SECRET,
  }
  const after = createKeyScope(rotated).fingerprint(parts)
  assert.notEqual(after[0], before)
  assert.ok(after.includes(before))
})
