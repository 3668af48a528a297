import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basic, openSandbox } from '../invgate-caller.ts'

test('a call without the right credentials is answered 401 in InvGate’s form', async (t) => {
  const sandbox = await openSandbox(t)
  const headers = [undefined, 'Bearer x', basic('sandbox', 'wrong'), basic('other', 'sandbox'), 'Basic']
  for (const authorization of headers) {
    const response = await fetch(new URL('categories', sandbox.url), {
      headers: authorization === undefined ? {} : { authorization },
    })
    assert.equal(response.status, 401)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Basic /)
    assert.deepEqual(await response.json(), { error: 'Invalid credentials', status: 401 })
  }
})

test('configured credentials open the API', async (t) => {
  const sandbox = await openSandbox(t, { username: 'werk', password: 'k:y' })
  const response = await fetch(new URL('categories', sandbox.url), {
    headers: { authorization: basic('werk', 'k:y') },
  })
  assert.equal(response.status, 200)
})

test('health answers without credentials', async (t) => {
  const { origin } = await openSandbox(t)
  const response = await fetch(new URL('/health', origin))
  assert.deepEqual(await response.json(), { status: 'ok', service: 'invgate-sandbox' })
})

test('an unknown call is a 404 in InvGate’s form', async (t) => {
  const sandbox = await openSandbox(t)
  const response = await fetch(new URL('nothing', sandbox.url), {
    headers: { authorization: basic('sandbox', 'sandbox') },
  })
  assert.equal(response.status, 404)
  assert.deepEqual(await response.json(), { error: 'Not found', status: 404 })
})
