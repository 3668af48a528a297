import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InvGateClient } from '../../src/invgate/client.ts'
import type { IncidentPage, PageOptions } from '../../src/invgate/listings.ts'
import { answerJson, startRawServer } from './raw-server.ts'
import { openSandbox } from './sandbox.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const lists = {
  'incidents.by.customer': (client: InvGateClient, options?: PageOptions) =>
    client.listByCustomer(newIncident.customerId, options),
  'incidents.last.hour': (client: InvGateClient, options?: PageOptions) => client.listLastHour(options),
}

for (const [path, list] of Object.entries(lists)) {
  test(`${path} is read page by page, each incident once`, async (t) => {
    const sandbox = await openSandbox(t)
    const { client } = openClient(t, { baseUrl: sandbox.url })
    const created: number[] = []
    for (let number = 1; number <= 5; number += 1) {
      created.push((await client.createIncident(newIncident, [])).id)
    }
    const found: number[] = []
    const lengths: number[] = []
    let pageKey: string | null = null
    do {
      const page: IncidentPage = await list(client, { pageKey, limit: 2 })
      found.push(...page.incidents.map(({ id }) => id))
      lengths.push(page.incidents.length)
      pageKey = page.nextPageKey
    } while (pageKey !== null)
    assert.deepEqual(found, created)
    assert.deepEqual(lengths, [2, 2, 1])
  })

  test(`an empty ${path} is an empty page`, async (t) => {
    const sandbox = await openSandbox(t)
    const { client } = openClient(t, { baseUrl: sandbox.url })
    assert.deepEqual(await list(client), { incidents: [], nextPageKey: null })
  })

  for (const field of ['requests', 'data']) {
    test(`${path} may come in ${field}, as a list or by id`, async (t) => {
      const shapes = [[{ id: '7', title: 'T' }], { 7: { title: 'T' } }]
      const { baseUrl } = await startRawServer(t, (response, _request, number) =>
        answerJson(response, 200, { status: 'OK', [field]: shapes[number - 1], next_page_key: '' }),
      )
      const { client } = openClient(t, { baseUrl })
      for (const _ of shapes) {
        const { incidents, nextPageKey } = await list(client)
        assert.deepEqual(
          incidents.map(({ id, title }) => [id, title]),
          [[7, 'T']],
        )
        assert.equal(nextPageKey, null)
      }
    })
  }

  for (const [what, body] of [
    ['no list', { status: 'OK', info: '' }],
    ['null for a list', { requests: null, data: null, next_page_key: null }],
    ['an entry that is no incident', { requests: { 7: 'x' }, data: ['x'] }],
    ['a bare list', []],
  ] as const) {
    test(`${path} with ${what} is a bad answer, and not taken for empty`, async (t) => {
      const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, body))
      const { client } = openClient(t, { baseUrl })
      assert.equal((await failureOf(list(client))).kind, 'bad_answer')
    })
  }

  test(`${path} ends with the time limit and the signal of its caller`, async (t) => {
    const controller = new AbortController()
    const { baseUrl } = await startRawServer(t, (_response, _request, number) => {
      if (number === 2) controller.abort()
    })
    const { client } = openClient(t, { baseUrl })
    assert.equal((await failureOf(list(client, { timeoutMs: 50 }))).kind, 'timeout')
    assert.equal((await failureOf(list(client, { signal: controller.signal }))).kind, 'aborted')
  })
}

test('only the incidents of the customer asked for are listed', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const { id } = await client.createIncident(newIncident, [])
  await client.createIncident({ ...newIncident, customerId: 2 }, [])
  const { incidents } = await client.listByCustomer(1)
  assert.deepEqual(
    incidents.map((incident) => incident.id),
    [id],
  )
})
