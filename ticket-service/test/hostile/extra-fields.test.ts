import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { enrol, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { startReceiver } from '../webhooks/receiver.ts'
import { requests, type Wanted, type World } from './extra-field-requests.ts'

/** What nobody else writes anywhere. */
const [mark, number] = ['pzn7mark', 987_654_321]
/** A value of each type that a column, or an object of ours, may hold. */
const values = [mark, number, true]

/** Besides the names of all columns: what objects and use cases of ours, and every object, have. */
const ofOurs = [
  ...[
    'scope',
    'viewer',
    'sees',
    'by',
    'actor',
    'tx',
    'also',
    'wanted',
    'caller',
    'subject',
    'uid',
    'sub',
    'key',
  ],
  ...[
    'tenant',
    'draft',
    'local',
    'files',
    'isStaff',
    'isNew',
    'toTicket',
    'takenBy',
    'dryRun',
    'force',
    'reason',
  ],
  ...[
    'creatorLogin',
    'callerKey',
    'headers',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    'then',
  ],
]
const inQuery = [
  'tenant_id',
  'tenantId',
  'user_id',
  'uid',
  'role',
  'creator_key',
  'agent_id',
  'internal',
  'sub',
]

type Properties = Record<string, unknown>
type Schema = { properties?: Properties; anyOf?: Schema[] }
type Operation = {
  parameters?: { name: string; in: string }[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
}

describe('what a request holds beyond what its route takes', () => {
  let w: World
  let s: TicketService
  let names: string[]
  const operations = new Map<string, Operation>()

  before(async () => {
    s = await startTicketService({
      ...{ WEBHOOK_SECRET_KEY: 'a key for tests that seals webhooks, long enough' },
      ...{ WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true', LOG_LEVEL: 'error' },
    })
    const [user, agent, admin] = [member(101, 'user', 1, 5), member(102, 'agent', 1, 5), member(103, 'admin')]
    await enrol(s, [user, agent, admin])
    let count = 0
    w = { s, user, agent, admin, receiver: await startReceiver(), next: () => count++ }
    const columns = await sql(
      s.database,
      'SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE()',
    )
    const snake = columns.map(({ name }) => String(name))
    names = [...new Set([...snake, ...snake.map(toCamelCase), ...ofOurs])]
    const { paths } = (await s.app.inject('/openapi.json')).json()
    for (const [path, methods] of Object.entries<Record<string, Operation>>(paths))
      for (const [method, operation] of Object.entries(methods))
        if (['post', 'put', 'patch'].includes(method))
          operations.set(`${method.toUpperCase()} ${path}`, operation)
  })
  after(async () => {
    await s.close()
    await w.receiver.close()
  })

  it('is tried on every route that writes, and on no other', () => {
    assert.deepEqual(Object.keys(requests).sort(), [...operations.keys()].sort())
    assert.ok(names.length > 250, `${names.length} names`)
  })

  const ask = ({ by, url, payload, csv }: Wanted, method: string) =>
    s.app.inject({
      ...{ method: method as 'POST', url },
      headers: { ...by.headers, ...(csv && { 'content-type': 'text/csv' }) },
      ...(csv === undefined
        ? { payload: payload ?? {} }
        : { payload: csv.map((row) => row.join()).join('\n') }),
    })
  /** What a route does not declare, each with this value. */
  const extrasOf = (operation: Operation, value: unknown): Properties => {
    const declared = propertiesOf(operation.requestBody?.content?.['application/json']?.schema)
    return Object.fromEntries(names.filter((name) => !declared.includes(name)).map((name) => [name, value]))
  }
  const withQuery = ({ url, ...rest }: Wanted, { parameters = [] }: Operation, value: unknown): Wanted => {
    const isTaken = (name: string) => parameters.some((one) => one.name === name)
    const extras = inQuery.filter((name) => !isTaken(name)).map((name) => `${name}=${value}`)
    return { ...rest, url: `${url}?${extras.join('&')}` }
  }

  for (const [name, make] of Object.entries(requests))
    it(`has no effect and does not come back: ${name}`, async () => {
      const [method = ''] = name.split(' ')
      const operation = operations.get(name) ?? {}
      const plain = await ask(await make(w), method)
      assert.ok(plain.statusCode < 300, plain.body)

      const assertSame = async (changed: Wanted, mayRefuse: boolean) => {
        const answer = await ask(changed, method)
        for (const poison of [mark, String(number)]) assert.ok(!answer.body.includes(poison), answer.body)
        if (mayRefuse && answer.statusCode === 400) return assertNotAccepted(answer.json())
        assert.equal(answer.statusCode, plain.statusCode, answer.body)
        assert.deepEqual(shapeOf(answer.body), shapeOf(plain.body))
      }
      for (const value of values) {
        const extras = extrasOf(operation, value)
        const { payload = {}, csv, ...wanted } = await make(w)
        if (csv === undefined) await assertSame({ ...wanted, payload: { ...extras, ...payload } }, true)
        else await assertSame({ ...wanted, csv: withColumns(csv, names, String(value)) }, true)
        await assertSame(withQuery(await make(w), operation, value), false)
      }
      const { payload, ...wanted } = await make(w)
      if (payload !== undefined)
        await assertSame({ ...wanted, payload: inside(payload, extrasOf({}, mark)) as Properties }, true)
    })

  it('is in no table afterwards, and nowhere in InvGate', async () => {
    const tables = await sql(
      s.database,
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'",
    )
    let rows = 0
    for (const { name } of tables) {
      const found = await sql(s.database, `SELECT * FROM \`${name}\``)
      rows += found.length
      const texts = found.map((row) => JSON.stringify(row))
      for (const poison of [mark, String(number)])
        assert.deepEqual(
          texts.filter((text) => text.includes(poison)),
          [],
          `in ${name}`,
        )
    }
    assert.ok(rows > 1000, `${rows} rows`)
    const incidents = JSON.stringify(await s.sandbox.control.incidents())
    for (const poison of [mark, String(number)]) assert.ok(!incidents.includes(poison), 'in InvGate')
  })
})

function propertiesOf({ properties = {}, anyOf = [] }: Schema = {}): string[] {
  return [...Object.keys(properties), ...anyOf.flatMap(propertiesOf)]
}

const toCamelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A route may refuse them by name as well. */
function assertNotAccepted({ code, errors }: { code: string; errors: Record<string, string[]> }) {
  assert.equal(code, 'request.invalid')
  for (const sentences of Object.values(errors)) assert.deepEqual(sentences, ['is not accepted here'])
}

/** An answer without what is different each time. */
function shapeOf(body: string): unknown {
  const text = body
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/whsec_[^"]+/g, 'SECRET')
    .replaceAll(/token=[^"]+/g, 'TOKEN')
    .replaceAll(/"\d{4}-\d\d-\d\dT[^"]+"/g, '"TIME"')
    .replaceAll(/\d+/g, '0')
  const shape = JSON.parse(text)
  // What an import says of columns that mean nothing to it are their names alone.
  if (shape.data?.ignored_columns !== undefined) shape.data.ignored_columns = []
  return shape
}

/** The same with these members in every object within it. */
function inside(value: unknown, extras: Properties, isOutermost = true): unknown {
  if (Array.isArray(value)) return value.map((one) => inside(one, extras, false))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, one]) => [name, inside(one, extras, false)])
  return isOutermost ? Object.fromEntries(members) : { ...extras, ...Object.fromEntries(members) }
}

function withColumns(csv: readonly (readonly string[])[], names: readonly string[], value: string) {
  const [header = [], ...rows] = csv
  const lower = new Set(
    names.map((name) => name.toLowerCase()).filter((name) => name !== 'id' && name !== 'tags'),
  )
  const more = [...lower].filter((name) => !header.includes(name))
  return [[...header, ...more], ...rows.map((row) => [...row, ...more.map(() => value)])]
}
