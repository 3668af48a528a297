import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { cleanFilename } from '../../src/attachments/attachment-name.ts'
import { file, form } from '../kit/multipart.ts'
import { naughty } from '../kit/naughty.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

/** These cannot be said in UTF-8, only in JSON. */
const onlyInJson = ['\\ud800', '\\udc00', 'a\\ud83d', '\\ude00\\ud83d']

describe('hostile text', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ MIRROR_FRESH_MS: '0' })
  })
  after(() => s.close())

  const headers = bearer({ sub: 'mara@example.com', invgate_id: 5 })
  const send = (payload: object | string | Buffer, type: object = {}) =>
    s.app.inject({ method: 'POST', url: '/api/tickets', headers: { ...headers, ...type }, payload })
  type Answer = Awaited<ReturnType<typeof send>>

  /** What InvGate must have, by its ids. */
  const inInvGate = new Map<number, { sent: Record<string, string>; filename: string | null }>()
  afterEach(async () => {
    const incidents = new Map(
      (await s.sandbox.control.incidents()).map((incident) => [incident.id, incident]),
    )
    for (const [id, { sent, filename }] of inInvGate) {
      const incident: Record<string, unknown> = { ...incidents.get(id) }
      for (const [field, value] of Object.entries(sent)) assert.equal(incident[field], value)
      // A quote goes out as browsers send it (HTML, multipart/form-data encoding algorithm).
      const names = filename === null ? [] : [cleanFilename(filename).replaceAll('"', '%22')]
      assert.deepEqual(
        incidents.get(id)?.attachments.map(({ name }) => name),
        names,
      )
    }
    inInvGate.clear()
    await s.sandbox.control.reset()
    await sql(s.database, 'DELETE FROM tickets')
  })

  /** The same in the answer, the detail (which asks InvGate), the list and InvGate itself; or 4xx. */
  const assertKept = async (answer: Answer, sent: Record<string, string>, filename: string | null) => {
    const what = JSON.stringify(sent)
    if (answer.statusCode !== 201) {
      assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${what} ${answer.body}`)
      return 'refused'
    }
    const { id } = answer.json()
    const detail = await s.app.inject({ url: `/api/tickets/${id}`, headers })
    const key = Buffer.from(JSON.stringify({ last_id: id - 1 })).toString('base64')
    const list = await s.app.inject({
      url: `/api/tickets?limit=1&page_key=${encodeURIComponent(key)}`,
      headers,
    })
    inInvGate.set(id, { sent, filename })
    assert.equal(detail.headers['x-mirror-stale'], undefined)
    for (const found of [answer.json(), detail.json(), list.json().data[0]])
      for (const [field, value] of Object.entries(sent))
        assert.equal(found[field], value, `${field} of ${what}`)
    if (filename === null) return 'kept'

    const expected = cleanFilename(filename)
    const [attachment] = detail.json().attachments
    assert.equal(attachment.filename, expected, what)
    const download = await s.app.inject({ url: attachment.url, headers })
    assert.equal(download.statusCode, 200, what)
    assert.equal(download.body, filename)
    return 'kept'
  }

  const inJson = (sent: Record<string, string>, filename: string) =>
    send({
      ...sent,
      attachments: [{ filename, content_base64: Buffer.from(filename).toString('base64') }],
    })
  const inParts = (sent: Record<string, string>, filename: string) => {
    const parts = Object.entries(sent).map(([name, content]) => ({ name, content }))
    const { headers, payload } = form(...parts, file(filename, filename))
    return send(payload, headers)
  }
  const inJsonPart = (sent: Record<string, string>, filename: string) => {
    const { headers, payload } = form(
      { name: 'request', content: JSON.stringify(sent) },
      file(filename, filename),
    )
    return send(payload, headers)
  }

  for (const [how, post] of Object.entries({
    JSON: inJson,
    'parts of a form': inParts,
    'a JSON part': inJsonPart,
  })) {
    it(`as title and description in ${how} is the same in every answer and in InvGate, or 4xx`, async (t) => {
      let kept = 0
      for (const text of naughty) {
        const sent = { title: text, description: `${text}\n${text}` }
        const answer = await post(sent, 'plain.txt')
        if ((await assertKept(answer, sent, 'plain.txt')) === 'kept') kept += 1
      }
      t.diagnostic(`${kept} of ${naughty.length} kept, the others refused`)
      assert.ok(kept > naughty.length / 2)
    })
  }
  for (const [how, post] of Object.entries({ JSON: inJson, 'a form': inParts })) {
    it(`as a filename in ${how} is kept as the cleaned name here and in InvGate, or 4xx`, async (t) => {
      let kept = 0
      // A line break ends a header: in a form there is no such name.
      const sendable = naughty.filter((name) => post === inJson || !/[\r\n\0]/.test(name))
      for (const name of sendable) {
        const sent = { title: 'a', description: 'b' }
        if ((await assertKept(await post(sent, name), sent, name)) === 'kept') kept += 1
      }
      t.diagnostic(`${kept} of ${sendable.length} kept, the others refused`)
      assert.ok(kept > sendable.length / 2)
    })
  }

  it('without a file goes to InvGate as JSON and is the same there', async () => {
    for (const text of naughty) {
      const sent = { title: text, description: `${text}\n${text}` }
      await assertKept(await send(sent), sent, null)
    }
  })

  for (const text of onlyInJson)
    it(`a lone surrogate, ${text}, → 400 \`invalid JSON body\``, async () => {
      const json = { 'content-type': 'application/json' }
      for (const body of [`{"title":"${text}","description":"b"}`, `{"title":"a","description":"${text}"}`]) {
        const answer = await send(body, json)
        assert.equal(answer.statusCode, 400)
        assert.equal(answer.json().error, 'invalid JSON body')
      }
    })

  it('as the name in the token, in creator_id, page_key, X-Request-Id and X-Tenant-ID is never a 5xx', async () => {
    for (const text of naughty) {
      const claims = bearer({ sub: text, invgate_id: 5 })
      const url = '/api/tickets'
      const payload = { title: 'a', description: 'b' }
      const created = await s.app.inject({ method: 'POST', url, headers: claims, payload })
      assert.ok(created.statusCode < 500, JSON.stringify(text))
      if (created.statusCode === 201) {
        const { data } = (await s.app.inject({ url, headers: claims })).json()
        const own = data.find(({ id }: { id: number }) => id === created.json().id)
        assert.equal(own?.creator_email, text)
      }
      const encoded = encodeURIComponent(text)
      for (const query of [
        `creator_id=${encoded}`,
        `page_key=${encoded}`,
        `limit=${encoded}`,
        `${encoded}=1`,
      ]) {
        const answer = await s.app.inject({
          url: `${url}?${query}`,
          headers: bearer({ sub: 'a', role: 'admin' }),
        })
        assert.ok(answer.statusCode < 500, `${query} ${answer.body}`)
      }
      const latin = /^[\x20-\x7e]+$/.test(text) ? text : 'ü'
      for (const name of ['x-request-id', 'x-tenant-id']) {
        const answer = await s.app.inject({ url, headers: { ...headers, [name]: latin } })
        assert.ok(answer.statusCode < 500, `${name}: ${latin}`)
        assert.match(String(answer.headers['x-request-id']), /^[A-Za-z0-9._-]{1,128}$/)
      }
    }
  })
})
