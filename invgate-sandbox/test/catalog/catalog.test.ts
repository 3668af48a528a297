import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, openSandbox } from '../invgate-caller.ts'

type Named = { id: number; name: string }

test('categories are searched, and paged without gap', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const all: Named[] = (await invgate.get('categories')).body
  assert.ok(all.length > 5)
  assert.deepEqual(Object.keys(all[0] ?? {}), ['id', 'name', 'parent_category_id'])
  const found: Named[] = (await invgate.get('categories?search=PRINT')).body
  assert.deepEqual(
    found.map(({ name }) => name),
    ['Printer'],
  )
  const pages = [1, 2, 3].map(async (page) => (await invgate.get(`categories?page=${page}&page_size=5`)).body)
  assert.deepEqual((await Promise.all(pages)).flat(), all.slice(0, 15))
  assert.equal((await invgate.get('categories?page_size=501')).status, 428)
})

test('attributes carry the ids that were seen live', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const nameOf = async (attribute: string, wanted: number) => {
    const values: Named[] = (await invgate.get(`incident.attributes.${attribute}`)).body
    return values.find(({ id }) => id === wanted)?.name
  }
  assert.equal(await nameOf('status', 5), 'Solved')
  assert.equal(await nameOf('priority', 5), 'Critical')
  assert.equal(await nameOf('type', 2), 'Service Request')
  assert.equal(await nameOf('source', 8), 'API')
})
