import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { file, form } from '../kit/multipart.ts'
import { type S3Server, s3Environment, startS3Server, withoutS3 } from '../kit/s3-server.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { raise, upload } from './uploads.ts'

const lotte = { sub: 'lotte@example.com', uid: 7 }
const sha256Of = (content: string) => createHash('sha256').update(content).digest('hex')

describe('the service with a bucket', { skip: withoutS3 }, () => {
  let s3: S3Server
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>
  let s: TicketService

  before(async () => {
    s3 = await startS3Server()
    proxy = await startTcpProxy({ host: '127.0.0.1', port: s3.port })
    s = await startTicketService({
      ...s3Environment({ ...s3.settings, endpoint: `http://127.0.0.1:${proxy.port}` }),
      S3_PREFIX: 'werk/',
    })
  })
  after(async () => {
    await s.close()
    await proxy.close()
    await s3.close()
  })

  async function raiseWithFiles(...contents: string[]) {
    const { headers, payload } = form(
      { name: 'title', content: 'a' },
      { name: 'description', content: 'b' },
      ...contents.map((content, index) => file(`${index}.txt`, content)),
    )
    const answer = await s.app.inject({
      ...{ method: 'POST', url: '/api/tickets', payload },
      headers: { ...bearer(lotte), ...headers },
    })
    assert.equal(answer.statusCode, 201, answer.body)
    const { id } = answer.json()
    const detail = await s.app.inject({ url: `/api/tickets/${id}`, headers: bearer(lotte) })
    return detail.json().attachments as { url: string; sha256: string }[]
  }
  const get = (url: string, headers: Record<string, string> = {}) =>
    s.app.inject({ url, headers: { ...bearer(lotte), ...headers } })
  const filesHere = () => filesBelow(s.config.UPLOAD_DIR)
  const issueUrl = async (url: string) => {
    const answer = await s.app.inject({ method: 'POST', url: `${url}/url`, headers: bearer(lotte) })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }

  it('a ticket with attachments is raised, they are in the bucket alone, and download in whole and in ranges', async () => {
    const attachments = await raiseWithFiles('one', 'two')
    assert.deepEqual(await filesHere(), [])
    for (const [index, content] of ['one', 'two'].entries()) {
      const url = attachments[index]?.url ?? ''
      assert.equal((await get(url)).body, content)
      const part = await get(url, { range: 'bytes=1-' })
      assert.deepEqual([part.statusCode, part.body], [206, content.slice(1)])
    }
  })

  it('a short-lived address is the bucket’s own, and gives the file to save', async () => {
    const [attachment] = await raiseWithFiles('signed')
    const { url, expires_at } = (await issueUrl(attachment?.url ?? '')).data
    assert.ok(url.startsWith(`http://127.0.0.1:${proxy.port}/werk/werk/${sha256Of('signed')}?`), url)
    assert.ok(Date.parse(expires_at) > Date.now())
    const answer = await fetch(url)
    assert.equal(await answer.text(), 'signed')
    assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="0.txt"')
    assert.equal(answer.headers.get('content-type'), 'application/octet-stream')
  })

  it('an upload that a ticket names goes on to InvGate from the bucket', async () => {
    const { attachment_url } = await upload(s, lotte, 'from the bucket')
    assert.deepEqual(await filesHere(), [])
    const ticketId = await raise(s, lotte, attachment_url)
    await eventually(async () => {
      const [row] = await sql(s.database, `SELECT inv_gate_id FROM tickets WHERE id = '${ticketId}'`)
      const incident = (await s.sandbox.control.incidents()).find(({ id }) => id === row?.inv_gate_id)
      assert.deepEqual(
        incident?.attachments.map(({ sha256 }) => sha256),
        [sha256Of('from the bucket')],
      )
    })
  })

  it('/readyz shows the bucket', async () => {
    const { dependencies } = (await s.app.inject({ url: '/readyz' })).json()
    assert.equal(dependencies.attachments, 'ok')
  })

  it('while the bucket is away: tickets and uploads are taken and readable, older files 503, and it is ready', async () => {
    const [older] = await raiseWithFiles('older')
    const replica = await s.startReplica()
    proxy.cut()
    const answer = await replica.inject({ url: '/readyz' })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json().dependencies.attachments, 'unavailable')

    const [newer] = await raiseWithFiles('newer')
    const sent = await upload(s, lotte, 'sent')
    assert.equal((await get(newer?.url ?? '')).body, 'newer')
    assert.equal((await get(sent.attachment_url)).body, 'sent')
    const failure = assertFailure(await get(older?.url ?? ''), {
      status: 503,
      code: 'attachment.unavailable',
    })
    assert.doesNotMatch(JSON.stringify(failure), /S3|bucket|127\.0\.0\.1/)
    // What only this machine has, it gives out itself.
    const { url } = (await issueUrl(sent.attachment_url)).data
    assert.equal((await s.app.inject({ url })).body, 'sent')

    proxy.mend()
    assert.equal((await get(older?.url ?? '')).body, 'older')
    const secret = s3.settings.secretAccessKey
    assert.ok(!s.logLines.some((line) => line.includes(secret)))
  })
})

const complete = {
  S3_ENDPOINT: 'http://127.0.0.1:1',
  S3_REGION: 'us-east-1',
  S3_BUCKET: 'werk',
  S3_ACCESS_KEY_ID: 'a',
  S3_SECRET_ACCESS_KEY: 'b',
}

test('a part of the bucket’s settings refuses to boot and names what is missing', async () => {
  const { S3_BUCKET, S3_REGION, ...rest } = complete
  await assert.rejects(startTicketService({ S3_BUCKET }), (error: Error) => {
    for (const name of ['S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
      assert.match(error.message, new RegExp(`${name} is required where S3_BUCKET is set`))
    return true
  })
  await assert.rejects(startTicketService(rest), /S3_REGION is required where .*S3_SECRET_ACCESS_KEY is set/)
  await assert.rejects(startTicketService({ ...complete, S3_PREFIX: '/werk' }), /S3_PREFIX/)
})

test('a bucket that cannot be reached at boot hinders nothing', async (t) => {
  const s = await startTicketService(complete)
  t.after(() => s.close())
  assert.equal((await s.app.inject({ url: '/readyz' })).json().dependencies.attachments, 'unavailable')
  const sent = await upload(s, lotte, 'kept here')
  const answer = await s.app.inject({ url: sent.attachment_url, headers: bearer(lotte) })
  assert.equal(answer.body, 'kept here')
})
