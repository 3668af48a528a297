import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, beforeEach, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { filesBelow } from '../kit/folder.ts'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const prefixes = ['/api/tickets', '/api/v1/tickets']
const everyField = {
  source_id: 3,
  creator_id: 11,
  customer_id: 12,
  category_id: 4,
  type_id: 2,
  priority_id: 5,
  title: 'Printer on fire',
  description: 'It says “PC LOAD LETTER” 🔥',
}
const caller = bearer({ sub: 'mara@example.com', uid: 7, invgate_id: 77 })
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')

describe('creating a ticket in the Werk dialect', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  beforeEach(() => s.sandbox.control.reset().then(() => sql(s.database, 'DELETE FROM tickets')))
  after(() => s.close())

  const post = (payload: object, { url = '/api/tickets', headers = caller as object } = {}) =>
    s.app.inject({ method: 'POST', url, headers: { ...headers }, payload })
  const postForm = (...parts: Parameters<typeof form>) => {
    const { headers, payload } = form(...parts)
    return s.app.inject({ method: 'POST', url: '/api/tickets', headers: { ...caller, ...headers }, payload })
  }
  const incidents = () => s.sandbox.control.incidents()
  const onlyIncident = async () => {
    const [incident, ...more] = await incidents()
    assert.ok(incident)
    assert.equal(more.length, 0)
    return incident
  }

  for (const url of prefixes) {
    it(`POST ${url} answers 201 with InvGate's own payload and an id at the top`, async () => {
      const answer = await post(everyField, { url })
      assert.equal(answer.statusCode, 201)
      const body = answer.json()
      const incident = await onlyIncident()
      assert.equal(body.id, incident.id)
      assert.equal(body.pretty_id, incident.pretty_id)
      assert.equal(body.status_id, 1)
      assert.equal(body.user_id, 12)
      assert.equal(body.created_at, incident.created_at)
      for (const [name, value] of Object.entries(everyField)) assert.equal(body[name], value, name)
      assert.match(String(answer.headers['x-request-id']), /^[\w.-]+$/)
    })
  }

  it('the row in the database has the id of InvGate, every field, and the e-mail of the token, never of the body', async () => {
    const answer = await post({ ...everyField, creator_email: 'somebody@example.com' })
    assert.equal(answer.statusCode, 201)
    const rows = await sql(s.database, 'SELECT * FROM tickets')
    assert.equal(rows.length, 1)
    const { id, created_at, updated_at, synced_at, ...row } = rows[0] ?? {}
    assert.deepEqual(
      { ...row },
      {
        ...everyField,
        tenant_id: 1,
        inv_gate_id: answer.json().id,
        creator_email: 'mara@example.com',
        creator_key: 'mara@example.com',
        user_id: 7,
        status: 'open',
        assigned_id: null,
        assigned_group_id: null,
        closed_at: null,
        comments_as_of: null,
        origin: 'here',
        category: 'service',
        priority: 'high',
        member_id: 7,
        agent_id: null,
        attachment_url: null,
        version: 1,
        escalation_level: 0,
        waiting_since: null,
        merged_into: null,
        inv_gate_status_id: 1,
        sla_response_minutes: null,
        sla_resolution_minutes: null,
        response_due_at: null,
        resolution_due_at: null,
        first_response_at: null,
        sla_stopped_at: null,
        next_escalation_at: null,
      },
    )
    assert.match(String(id), /^[0-9a-f-]{36}$/)
    for (const date of [created_at, updated_at, synced_at]) assert.ok(date)
    assert.equal(answer.json().creator_email, 'mara@example.com')
  })

  it('the ticket is kept under the name in the token as it is spelled, whatever the body claims, with the e-mail before the username', async () => {
    const headers = bearer({ sub: 'mara', email: 'Mara@Example.com' })
    await post(everyField, { headers })
    const [row] = await sql(s.database, 'SELECT creator_email, creator_key FROM tickets')
    assert.deepEqual({ ...row }, { creator_email: 'Mara@Example.com', creator_key: 'mara@example.com' })
  })

  for (const refusal_status of [404, 405] as const) {
    it(`where InvGate refuses POST incidents with ${refusal_status} and answers only an id, 201 is completed with the request's fields`, async () => {
      const other = await startTicketService({}, { createShape: 'incident-only' })
      try {
        await other.sandbox.control.settings({ create_shape: 'incident-only', refusal_status })
        const answer = await other.app.inject({
          method: 'POST',
          url: '/api/v1/tickets',
          headers: caller,
          payload: everyField,
        })
        assert.equal(answer.statusCode, 201)
        const body = answer.json()
        const [incident] = await other.sandbox.control.incidents()
        assert.equal(body.id, incident?.id)
        assert.equal(body.request_id, incident?.id)
        assert.equal(body.info, 'Request created')
        for (const [name, value] of Object.entries(everyField)) assert.equal(body[name], value, name)
        assert.equal(body.creator_email, 'mara@example.com')
        assert.ok(body.created_at)
      } finally {
        await other.close()
      }
    })
  }

  for (const absent of [
    {},
    Object.fromEntries(
      Object.keys(everyField)
        .slice(0, 6)
        .map((id) => [id, 0]),
    ),
  ]) {
    const how = Object.keys(absent).length === 0 ? 'left out' : '0'
    it(`ids that are ${how} fall back to the configured defaults, creator and customer to the token's invgate_id`, async () => {
      const answer = await post({ title: 'a', description: 'b', ...absent })
      assert.equal(answer.statusCode, 201)
      const incident = await onlyIncident()
      const [row] = await sql(s.database, 'SELECT * FROM tickets')
      for (const found of [{ ...incident, customer_id: incident.user_id }, answer.json(), { ...row }]) {
        assert.equal(found.source_id, 2)
        assert.equal(found.category_id, 1)
        assert.equal(found.type_id, 1)
        assert.equal(found.priority_id, 2)
        assert.equal(found.creator_id, 77)
        assert.equal(found.customer_id, 77)
      }
      assert.deepEqual(
        (await s.sandbox.control.requests()).map(({ route }) => route),
        ['POST incidents'],
      )
    })
  }

  it('defaults come from the configuration', async () => {
    const other = await startTicketService({
      ARMMADA_DEFAULT_SOURCE_ID: '8',
      ARMMADA_DEFAULT_CATEGORY_ID: '9',
      ARMMADA_DEFAULT_TYPE_ID: '3',
      ARMMADA_DEFAULT_PRIORITY_ID: '4',
      ARMMADA_DEFAULT_CREATOR_ID: '55',
    })
    try {
      const headers = bearer({ sub: 'a-username' })
      const payload = { title: 'a', description: 'b' }
      await other.app.inject({ method: 'POST', url: '/api/tickets', headers, payload })
      const [incident] = await other.sandbox.control.incidents()
      assert.equal(incident?.source_id, 8)
      assert.equal(incident?.category_id, 9)
      assert.equal(incident?.type_id, 3)
      assert.equal(incident?.priority_id, 4)
      assert.equal(incident?.creator_id, 55)
      assert.equal(incident?.user_id, 55)
    } finally {
      await other.close()
    }
  })

  it('a caller whose token has no invgate_id is looked up in InvGate by e-mail, once', async () => {
    const api = { method: 'POST', url: `${s.sandbox.url}user` }
    const response = await fetch(api.url, {
      method: api.method,
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${s.sandbox.username}:${s.sandbox.password}`)}`,
      },
      body: JSON.stringify({ name: 'Nils', lastname: 'H', email: 'nils@example.com' }),
    })
    const { id } = (await response.json()) as { id: number }
    const headers = bearer({ sub: 'nils@example.com' })
    for (const _ of [1, 2])
      assert.equal((await post({ title: 'a', description: 'b' }, { headers })).statusCode, 201)
    for (const incident of await incidents()) {
      assert.equal(incident.creator_id, id)
      assert.equal(incident.user_id, id)
    }
    const lookups = (await s.sandbox.control.requests()).filter(({ route }) => route === 'GET user.by')
    assert.equal(lookups.length, 1)
  })

  it('a caller whom InvGate does not know acts through the default user, and InvGate is asked once a ticket', async () => {
    const headers = bearer({ sub: 'stranger@example.com' })
    assert.equal((await post({ title: 'a', description: 'b' }, { headers })).statusCode, 201)
    const incident = await onlyIncident()
    assert.equal(incident.creator_id, 1)
    assert.equal(incident.user_id, 1)
    const lookups = (await s.sandbox.control.requests()).filter(({ route }) => route === 'GET user.by')
    assert.equal(lookups.length, 1)
  })

  it('a given creator_id and customer_id are taken as they are, and nobody is looked up', async () => {
    const headers = bearer({ sub: 'stranger@example.com' })
    await post(everyField, { headers })
    const incident = await onlyIncident()
    assert.equal(incident.creator_id, 11)
    assert.equal(incident.user_id, 12)
    assert.equal((await s.sandbox.control.requests()).length, 1)
  })

  const fields = Object.entries(everyField).map(([name, value]) => ({ name, content: String(value) }))
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(70_000, 'ö')])
  const text = 'just text, ünïcode'

  const forms = {
    'fields in parts of their own': fields,
    'fields in a JSON part `request`': [{ name: 'request', content: JSON.stringify(everyField) }],
    'a JSON part `request` with a content type': [
      { name: 'request', type: 'application/json', content: JSON.stringify(everyField) },
    ],
    'a JSON part `request` with a filename, as browsers send a blob': [
      { name: 'request', filename: 'blob', type: 'application/json', content: JSON.stringify(everyField) },
    ],
  }
  for (const [how, parts] of Object.entries(forms)) {
    it(`multipart with ${how} answers 201, and InvGate has every field`, async () => {
      const answer = await postForm(...parts)
      assert.equal(answer.statusCode, 201, answer.body)
      const { user_id: customer_id, ...incident } = await onlyIncident()
      const found: Record<string, unknown> = { ...incident, customer_id }
      for (const [name, value] of Object.entries(everyField)) assert.equal(found[name], value, name)
    })
  }

  const uploads = {
    'multipart, in attachments[]': () =>
      postForm(...fields, file('a.pdf', content), file('b.txt', text, 'text/plain')),
    'multipart, in attachments': () =>
      postForm(
        { ...file('a.pdf', content), name: 'attachments' },
        { ...file('b.txt', text, 'text/plain'), name: 'attachments' },
        ...fields,
      ),
    'base64 in JSON': () =>
      post({
        ...everyField,
        attachments: [
          { filename: 'a.pdf', content_base64: content.toString('base64') },
          {
            filename: 'b.txt',
            content_type: 'text/plain',
            content_base64: Buffer.from(text).toString('base64'),
          },
        ],
      }),
  }
  for (const [how, upload] of Object.entries(uploads)) {
    it(`files by ${how} are the same byte for byte in InvGate, in the store and in the download`, async () => {
      const answer = await upload()
      assert.equal(answer.statusCode, 201, answer.body)
      const sent = [
        { name: 'a.pdf', sha256: sha256(content), size: content.length },
        { name: 'b.txt', sha256: sha256(text), size: Buffer.byteLength(text) },
      ]
      const incident = await onlyIncident()
      assert.deepEqual(
        incident.attachments.map(({ name, sha256, size }) => ({ name, sha256, size })),
        sent,
      )
      const detail = await s.app.inject({ url: `/api/tickets/${incident.id}`, headers: caller })
      const listed = detail.json().attachments as Record<string, string | number>[]
      assert.deepEqual(
        listed.map(({ filename: name, sha256, size }) => ({ name, sha256, size })),
        sent,
      )
      assert.deepEqual(
        listed.map(({ content_type }) => content_type),
        ['application/pdf', 'text/plain'],
      )
      for (const [index, bytes] of [content, Buffer.from(text)].entries()) {
        const download = await s.app.inject({ url: String(listed[index]?.url), headers: caller })
        assert.equal(download.statusCode, 200)
        assert.deepEqual(download.rawPayload, bytes)
      }
      const stored = await filesBelow(s.config.UPLOAD_DIR)
      for (const { sha256 } of sent) {
        const path = stored.find((name) => name.endsWith(sha256))
        assert.ok(path, 'kept under its hash')
        assert.equal(
          createHash('sha256')
            .update(await readFile(path))
            .digest('hex'),
          sha256,
        )
      }
      assert.equal(stored.filter((path) => path.includes('staging')).length, 0)
    })
  }

  it('a file input in which nothing was chosen is no attachment', async () => {
    const answer = await postForm(...fields, { ...file('', ''), filename: '' })
    assert.equal(answer.statusCode, 201)
    assert.deepEqual((await onlyIncident()).attachments, [])
  })

  it('a field of a form that was left empty counts as absent', async () => {
    const named = fields.filter(({ name }) => name !== 'type_id')
    const answer = await postForm(...named, { name: 'type_id', content: '' })
    assert.equal(answer.statusCode, 201)
    assert.equal((await onlyIncident()).type_id, s.config.ARMMADA_DEFAULT_TYPE_ID)
  })

  it('one ticket of 20 created at once is one incident each, and each answer names its own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post({ ...everyField, title: `ticket ${index}` })),
    )
    const titles = new Map((await incidents()).map(({ id, title }) => [id, title]))
    assert.equal(titles.size, 20)
    for (const [index, answer] of answers.entries()) {
      assert.equal(answer.statusCode, 201)
      assert.equal(titles.get(answer.json().id), `ticket ${index}`)
    }
    const [row] = await sql(s.database, 'SELECT COUNT(DISTINCT inv_gate_id) AS n FROM tickets')
    assert.equal(Number(row?.n), 20)
  })
})
