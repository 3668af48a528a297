import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCallLog } from '../../src/inspection/call-log.ts'
import { createCaller, openSandbox } from '../invgate-caller.ts'

test('every call is logged with route, path and time, refused and unknown ones too', async (t) => {
  const sandbox = await openSandbox(t, { clock: () => 1_700_000_000_000 })
  const invgate = createCaller(sandbox)
  await invgate.get('incident?id=1')
  await invgate.post('nothing')
  await fetch(new URL('categories', sandbox.url))
  const time = '2023-11-14T22:13:20.000Z'
  assert.deepEqual(await sandbox.control.requests(), [
    { route: 'GET incident', method: 'GET', path: '/api/v1/incident?id=1', time },
    { route: 'POST nothing', method: 'POST', path: '/api/v1/nothing', time },
    { route: 'GET categories', method: 'GET', path: '/api/v1/categories', time },
  ])
})

test('the log keeps the latest 10,000 calls', () => {
  const log = createCallLog()
  const call = { route: 'GET x', method: 'GET', time: '' }
  for (let n = 0; n < 35_000; n++) log.add({ ...call, path: String(n) })
  assert.equal(log.all().length, 10_000)
  assert.equal(log.all().at(-1)?.path, '34999')
})
