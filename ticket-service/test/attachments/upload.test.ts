import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { validate, version } from 'uuid'
import { filesBelow } from '../kit/folder.ts'
import { file, form, type Part } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const lotte = { sub: 'Lotte@example.com', uid: 7, tenant_id: 3 }
const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex')

describe('sending a file by itself', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({
      UPLOAD_MAX_FILE_BYTES: '1000',
      UPLOAD_MAX_REQUEST_BYTES: '1500',
      TICKET_BODY_LIMIT_BYTES: '4096',
    })
  })
  after(() => s.close())

  const post = (...parts: Part[]) => {
    const { headers, payload } = form(...parts)
    return s.app.inject({
      method: 'POST',
      url: '/attachments',
      headers: { ...bearer(lotte), ...headers },
      payload,
    })
  }
  const postJson = (payload: object, headers: Record<string, string> = bearer(lotte)) =>
    s.app.inject({ method: 'POST', url: '/attachments', headers, payload })

  for (const name of ['attachments[]', 'attachments', 'file'])
    it(`in a part ${name} → 201, kept once as its owner's, bound to nothing`, async () => {
      const answer = await post({ ...file('../p.png', png, 'text/html'), name })
      assert.equal(answer.statusCode, 201, answer.body)
      const { ok, success, data } = answer.json()
      assert.deepEqual([ok, success], [true, true])
      assert.ok(validate(data.id) && version(data.id) === 7)
      const sha256 = createHash('sha256').update(png).digest('hex')
      assert.deepEqual(data, {
        id: data.id,
        attachment_url: `/attachments/${data.id}`,
        filename: 'p.png',
        content_type: 'image/png',
        size: png.length,
        sha256,
      })
      const [row] = await sql(s.database, `SELECT * FROM uploads WHERE id = '${data.id}'`)
      assert.deepEqual(
        { ...row, created_at: null },
        {
          id: data.id,
          tenant_id: 3,
          owner_uid: 7,
          owner_key: 'lotte@example.com',
          filename: 'p.png',
          declared_type: 'text/html',
          sniffed_type: 'image/png',
          size: png.length,
          sha256,
          ticket_id: null,
          reply_id: null,
          created_at: null,
        },
      )
      const files = await filesBelow(s.config.UPLOAD_DIR)
      assert.deepEqual(files, [join(s.config.UPLOAD_DIR, sha256.slice(0, 2), sha256)])
    })

  it('as JSON with base64 → 201', async () => {
    const answer = await postJson({
      filename: 'ä.txt',
      content_type: 'text/plain; charset=utf-8',
      content_base64: 'w6Q=',
    })
    assert.equal(answer.statusCode, 201, answer.body)
    const { filename, content_type, size, id } = answer.json().data
    assert.deepEqual([filename, content_type, size], ['ä.txt', 'application/octet-stream', 2])
    const [row] = await sql(s.database, `SELECT declared_type FROM uploads WHERE id = '${id}'`)
    assert.equal(row?.declared_type, 'text/plain')
  })

  it('an empty file, and one of exactly the limit → 201', async () => {
    assert.equal((await post(file('empty', ''))).json().data.size, 0)
    assert.equal((await post(file('full', Buffer.alloc(1000)))).json().data.size, 1000)
  })

  it('without a token → 401, before a byte is read', async () => {
    const { headers, payload } = form(file('a', 'b'))
    const answer = await s.app.inject({ method: 'POST', url: '/attachments', headers, payload })
    assertFailure(answer, { status: 401, error: 'missing authorization header' })
  })

  describe('what is refused leaves nothing', () => {
    let rows: unknown
    let files: string[]
    const count = () => sql(s.database, 'SELECT COUNT(*) AS count FROM uploads')
    before(async () => {
      rows = await count()
      files = (await filesBelow(s.config.UPLOAD_DIR)).sort()
    })
    after(async () => {
      assert.deepEqual(await count(), rows)
      assert.deepEqual((await filesBelow(s.config.UPLOAD_DIR)).sort(), files)
    })

    it('no file → 400', async () => {
      const answer = await post({ name: 'title', content: 'a' })
      assertFailure(answer, { status: 400, code: 'attachment.required', fields: ['attachments[]'] })
    })

    it('a second file → 413', async () => {
      const answer = await post(file('a', 'a'), file('b', 'b'))
      const { message } = assertFailure(answer, { status: 413, code: 'attachment.too_large' })
      assert.match(message, /^b is one file too many/)
    })

    it('a byte more than a file may have → 413', async () => {
      assertFailure(await post(file('a', Buffer.alloc(1001))), { status: 413, code: 'attachment.too_large' })
    })

    it('a file in another part → 400', async () => {
      const answer = await post({ ...file('a', 'a'), name: 'picture' })
      assertFailure(answer, { status: 400, code: 'attachment.invalid', fields: ['picture'] })
    })

    it('JSON without its fields, or with text that is no base64 → 400 with the field', async () => {
      assertFailure(await postJson({}), { status: 400, fields: ['filename', 'content_base64'] })
      assertFailure(await postJson([] as object), { status: 400 })
      assertFailure(await postJson({ filename: '', content_base64: '' }), {
        status: 400,
        fields: ['filename'],
      })
      assertFailure(await postJson({ filename: 'a', content_base64: '?' }), {
        status: 400,
        fields: ['content_base64'],
      })
    })

    it('a JSON body beyond its limit → 413', async () => {
      const body = { filename: 'a', content_base64: 'a'.repeat(5000) }
      assertFailure(await postJson(body), { status: 413, code: 'request.too_large' })
    })

    it('a body of another type → 415', async () => {
      const headers = { ...bearer(lotte), 'content-type': 'text/plain' }
      const answer = await s.app.inject({ method: 'POST', url: '/attachments', headers, payload: 'a' })
      assertFailure(answer, { status: 415 })
    })

    it('a store that fails → 500, and no row', async () => {
      const sha256 = createHash('sha256').update('in the way').digest('hex')
      const folder = join(s.config.UPLOAD_DIR, sha256.slice(0, 2))
      await writeFile(folder, 'a file where the folder should be')
      const answer = await post(file('a', 'in the way'))
      await rm(folder)
      assertFailure(answer, { status: 500 })
      assert.doesNotMatch(answer.body, /uploads/)
    })
  })
})
