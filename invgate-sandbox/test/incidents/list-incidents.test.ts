import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, openSandbox } from '../invgate-caller.ts'

type Caller = ReturnType<typeof createCaller>

async function followPages(invgate: Caller, path: string, idsOf: (body: never) => number[]) {
  const pages: number[][] = []
  for (let key: string | null = ''; key !== null; ) {
    assert.ok(pages.length < 10, 'the pages have no end')
    const { body } = await invgate.get(`${path}&page_key=${encodeURIComponent(key)}`)
    pages.push(idsOf(body as never))
    key = body.next_page_key
  }
  return pages
}

const requestIds = ({ requests }: { requests: object }) => Object.keys(requests).map(Number)

test('pages of a customer follow each other without gap or overlap and end with a null key', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const mine: number[] = []
  for (let n = 0; n < 4; n++) {
    mine.push(await invgate.create())
    await invgate.create({ customer_id: 43 })
  }
  const path = 'incidents.by.customer?id=42'
  assert.deepEqual(await followPages(invgate, `${path}&limit=2`, requestIds), [
    mine.slice(0, 2),
    mine.slice(2),
  ])
  assert.deepEqual(await followPages(invgate, `${path}&limit=3`, requestIds), [
    mine.slice(0, 3),
    mine.slice(3),
  ])
})

test('a page key is base64 of the last id, and a made-up one is a 428', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const first = await invgate.create()
  await invgate.create()
  const { body } = await invgate.get('incidents.by.customer?id=42&limit=1')
  assert.equal(Buffer.from(body.next_page_key, 'base64').toString(), `{"last_id":${first}}`)
  assert.equal((await invgate.get('incidents.by.customer?id=42&page_key=nonsense')).status, 428)
})

test('a customer is found by id, e-mail or username, and an empty listing is an array', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const user = { name: 'New', lastname: 'Customer', email: 'new@example.test', username: 'newcomer' }
  const { id } = (await invgate.post('user', user)).body
  assert.deepEqual((await invgate.get(`incidents.by.customer?id=${id}`)).body, {
    status: 'OK',
    info: '',
    requests: [],
    next_page_key: null,
  })
  const incident = await invgate.create({ customer_id: id })
  for (const query of [`id=${id}`, 'email=NEW@example.test', 'username=newcomer']) {
    assert.deepEqual(requestIds((await invgate.get(`incidents.by.customer?${query}`)).body), [incident])
  }
  assert.equal((await invgate.get('incidents.by.customer?email=no@example.test')).body.status, 'ERROR')
  assert.equal((await invgate.get('incidents.by.customer')).status, 428)
})

test('incidents are listed by status and by helpdesk, by offset and with their total', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const ids = [await invgate.create(), await invgate.create(), await invgate.create()]
  await invgate.post('incident.reassign', { request_id: ids[0], author_id: 1, group_id: 5, agent_id: 1 })
  const list = async (path: string) => (await invgate.get(path)).body
  assert.deepEqual(await list('incidents.by.status?status_ids[]=1&limit=1&offset=1'), {
    status: 'OK',
    info: '',
    requestIds: [ids[2]],
    total: 2,
  })
  assert.equal((await list('incidents.by.status?status_ids[]=1&status_ids[]=2')).total, 3)
  assert.deepEqual((await list('incidents.by.helpdesk?helpdesk_ids[]=5')).requestIds, [ids[0]])
  assert.deepEqual(requestIds(await list('incidents.by.agent?id=1')), [ids[0]])
  assert.equal((await list('incidents.by.status?status_ids=1,2')).status, 428)
})

test('the last hour holds what was created or changed in it, in pages', async (t) => {
  let now = 1_700_000_000_000
  const invgate = createCaller(await openSandbox(t, { clock: () => now }))
  const ids = [await invgate.create(), await invgate.create()]
  now += 3_601_000
  ids.push(await invgate.create())
  await invgate.post('incident.cancel', { request_id: ids[0], author_id: 1 })
  const dataIds = ({ data }: { data: { id: number }[] }) => data.map(({ id }) => id)
  assert.deepEqual(await followPages(invgate, 'incidents.last.hour?limit=1', dataIds), [[ids[0]], [ids[2]]])
})

test('an instance that lists open tickets only still answers a closed one by id', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const [closed, open] = [await invgate.create(), await invgate.create()]
  await invgate.post('incident.cancel', { request_id: closed, author_id: 1 })
  const listed = async () => requestIds((await invgate.get('incidents.by.customer?id=42')).body)
  assert.deepEqual(await listed(), [closed, open])
  await sandbox.control.settings({ open_only_listings: true })
  assert.deepEqual(await listed(), [open])
  assert.equal((await invgate.get(`incident?id=${closed}`)).body.status_id, 8)
})
