import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { enrol, member, raise } from '../kit/desk.ts'
import { naughty } from '../kit/naughty.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

type Schema = {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  format?: string
  minimum?: number
  minItems?: number
}
type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }
type Operation = {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Numbers too, which a text may be taken for. */
const hostile = [
  ...naughty,
  'Infinity',
  '-Infinity',
  '1e999',
  '1e308',
  '9007199254740993',
  '-0',
  '0x10',
  '1e2',
  '9'.repeat(400),
]

const admin = member(11, 'admin', 1, 5)

/** Some value that fits, with all that is optional. */
function sample(schema: Schema): unknown {
  const { type, properties = {}, items, format, minimum = 1 } = schema
  const choice = schema.anyOf ?? schema.oneOf
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (choice !== undefined) return sample(choice.find((one) => one.type !== 'null') ?? {})
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, sample(of)]))
  if (type === 'array') return items === undefined ? [] : [sample(items)]
  if (type === 'string') return format === 'date-time' ? '2026-11-28T12:00:00Z' : 'text'
  return type === 'boolean' ? false : minimum
}

type Path = (string | number)[]

/** Where any text may stand. */
function textsIn(schema: Schema, path: Path = []): Path[] {
  const choice = schema.anyOf ?? schema.oneOf
  if (choice !== undefined) return textsIn(choice.find((one) => one.type !== 'null') ?? {}, path)
  if (schema.type === 'string' && schema.enum === undefined) return [path]
  if (schema.type === 'array' && schema.items) return textsIn(schema.items, [...path, 0])
  return Object.entries(schema.properties ?? {}).flatMap(([name, of]) => textsIn(of, [...path, name]))
}

function put(value: unknown, [name, ...rest]: Path, text: string): unknown {
  if (name === undefined) return text
  const inner = (value as Record<string | number, unknown>)[name]
  if (Array.isArray(value)) return value.with(Number(name), put(inner, rest, text))
  return { ...(value as object), [name]: put(inner, rest, text) }
}

describe('hostile text on every route of the service', () => {
  let s: TicketService
  let id: string
  let operations: { method: Method; path: string; operation: Operation }[]
  before(async () => {
    s = await startTicketService({
      LOG_LEVEL: 'error',
      WEBHOOK_SECRET_KEY: randomBytes(32).toString('base64'),
    })
    await enrol(s, [admin])
    id = (await raise(s.app, admin)).id
    const { paths } = (await s.app.inject('/openapi.json')).json()
    operations = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...{ method: method.toUpperCase() as Method, path, operation },
      })),
    )
  })
  after(() => s.close())

  /** The ticket's id in each parameter, and what a query has to have. */
  const urlOf = (path: string, { parameters = [] }: Operation, change: Record<string, string> = {}) => {
    const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(change[name] ?? id))
    const query = parameters
      .filter((one) => one.in === 'query' && (one.required === true || one.name in change))
      .map(({ name, schema }): [string, string] => [name, change[name] ?? String(sample(schema))])
    return `${filled}?${new URLSearchParams(query)}`
  }
  const send = async (method: Method, url: string, payload?: unknown) => {
    const headers = { ...admin.headers, ...(payload !== undefined && { 'content-type': 'application/json' }) }
    const answer = await s.app.inject({
      method,
      url,
      headers,
      ...(payload !== undefined && { payload: JSON.stringify(payload) }),
    })
    assert.ok(answer.statusCode < 500, `${method} ${url} ${JSON.stringify(payload)}: ${answer.body}`)
  }

  it('in every text of every body is never a 5xx', async (t) => {
    const counts = { texts: 0, requests: 0 }
    for (const { method, path, operation } of operations) {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema === undefined) continue
      const body = sample(schema)
      for (const where of textsIn(schema)) {
        counts.texts += 1
        for (const text of naughty) await send(method, urlOf(path, operation), put(body, where, text))
        counts.requests += naughty.length
      }
    }
    t.diagnostic(`${counts.texts} texts, ${counts.requests} requests`)
    assert.ok(counts.texts > 30)
  })

  it('in every parameter of every path and query is never a 5xx', async (t) => {
    const counts = { parameters: 0, requests: 0 }
    for (const { method, path, operation } of operations) {
      const schema = operation.requestBody?.content['application/json']?.schema
      const body = schema === undefined ? undefined : sample(schema)
      for (const { name, in: place } of operation.parameters ?? []) {
        if (place === 'header') continue
        counts.parameters += 1
        for (const text of hostile) await send(method, urlOf(path, operation, { [name]: text }), body)
        counts.requests += hostile.length
      }
    }
    t.diagnostic(`${counts.parameters} parameters, ${counts.requests} requests`)
    assert.ok(counts.parameters > 60)
  })

  it('as a whole body, a member’s name or a type that is another is never a 5xx', async (t) => {
    let requests = 0
    const wrong: unknown[] = [
      null,
      true,
      7,
      'text',
      [],
      [[]],
      {},
      { __proto__: null, constructor: {} },
      [null],
      1e308,
      { a: { b: { c: [] } } },
    ]
    for (const { method, path, operation } of operations) {
      const schema = operation.requestBody?.content['application/json']?.schema
      if (schema === undefined) continue
      const body = sample(schema)
      for (const value of wrong) {
        await send(method, urlOf(path, operation), value)
        for (const name of Object.keys(schema.properties ?? {}))
          await send(method, urlOf(path, operation), { ...(body as object), [name]: value })
        requests += 1 + Object.keys(schema.properties ?? {}).length
      }
      for (const text of naughty)
        await send(method, urlOf(path, operation), { ...(body as object), [text]: text })
      requests += naughty.length
    }
    t.diagnostic(`${requests} requests`)
  })
})
