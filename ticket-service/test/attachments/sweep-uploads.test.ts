import assert from 'node:assert/strict'
import { readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { createPool, type Pool } from '@werk/shared/database/pool'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { createSweepUploads } from '../../src/attachments/sweep-uploads.ts'
import { createUploadsRepository } from '../../src/attachments/uploads.repository.ts'
import {
  createLocalAttachmentStore,
  type LocalAttachmentStore,
} from '../../src/infrastructure/local-attachment-store.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { raise, type SentUpload, upload } from './uploads.ts'

const lotte = { sub: 'lotte@example.com', uid: 7 }
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

describe('uploads that no ticket names', () => {
  let s: TicketService
  let pool: Pool
  let store: LocalAttachmentStore

  beforeEach(async () => {
    s = await startTicketService()
    pool = createPool(s.config)
    store = createLocalAttachmentStore({ directory: s.config.UPLOAD_DIR })
  })
  afterEach(async () => {
    await pool.end()
    await s.close()
  })

  /** As the service does it every hour, so many milliseconds from now. */
  const sweep = (inMs: number, attachmentStore = store) =>
    createSweepUploads({
      ...{ uploads: createUploadsRepository(pool), attachmentStore, unboundMs: dayMs, asideMs: 7 * dayMs },
      clock: { now: () => new Date(Date.now() + inMs) },
      logger: { info: () => {} },
    })()
  const isThere = async ({ id }: SentUpload) =>
    (await sql(s.database, `SELECT id FROM uploads WHERE id = '${id}'`)).length > 0
  const isKept = async ({ sha256 }: SentUpload) => (await store.listKept()).includes(sha256)
  /** What was set aside, a week ago. */
  const ageAside = async ({ sha256 }: SentUpload) => {
    const weekAgo = new Date(Date.now() - 7 * dayMs - hourMs)
    await utimes(join(s.config.UPLOAD_DIR, 'retired', sha256), weekAgo, weekAgo)
  }

  it('go after a day, and their content, set aside for a week more, after that', async () => {
    const sent = await upload(s, lotte)
    await sweep(dayMs - hourMs)
    assert.deepEqual([await isThere(sent), await isKept(sent)], [true, true])
    await sweep(dayMs + hourMs)
    assert.deepEqual([await isThere(sent), await isKept(sent)], [false, false])
    assert.ok((await store.open(sent.sha256))?.destroy(), 'not yet')
    await ageAside(sent)
    await sweep(dayMs + hourMs)
    assert.equal(await store.open(sent.sha256), null)
  })

  it('the service does so by itself', async () => {
    const sent = await upload(s, lotte)
    await sql(s.database, 'UPDATE uploads SET created_at = NOW(3) - INTERVAL 25 HOUR')
    await s.startReplica()
    await eventually(async () => assert.equal(await isThere(sent), false))
  })

  it('one that a ticket names stays', async () => {
    const sent = await upload(s, lotte)
    await raise(s, lotte, sent.attachment_url)
    await sweep(9 * dayMs)
    assert.deepEqual([await isThere(sent), await isKept(sent)], [true, true])
  })

  for (const [who, refer] of [
    ['another upload', () => upload(s, lotte, 'shared')],
    [
      'an attachment',
      async () => {
        const answer = await s.app.inject({
          ...{ method: 'POST', url: '/api/tickets', headers: bearer(lotte) },
          payload: {
            ...{ title: 'a', description: 'b' },
            attachments: [{ filename: 'a', content_base64: Buffer.from('shared').toString('base64') }],
          },
        })
        assert.equal(answer.statusCode, 201, answer.body)
      },
    ],
    [
      'a ticket on its way to InvGate',
      async () => {
        const { sha256 } = await upload(s, lotte, 'shared')
        await sql(s.database, `DELETE FROM uploads WHERE sha256 = '${sha256}' ORDER BY id DESC LIMIT 1`)
        const draft = JSON.stringify({ ticket: { title: 'a' }, files: [{ sha256 }] })
        await sql(
          s.database,
          `INSERT INTO ticket_intents (id, tenant_id, state, match_key, draft, available_at)
            VALUES ('01a2242b-e4ab-7684-bdaa-35d497f9b5b6', 1, 'failed', '', '${draft}', '9999-12-31')`,
        )
      },
    ],
  ] as const)
    it(`content that ${who} has too stays`, async () => {
      const sent = await upload(s, lotte, 'shared')
      await refer()
      await sql(s.database, `UPDATE uploads SET created_at = NOW(3) - INTERVAL 2 DAY WHERE id = '${sent.id}'`)
      const aside: string[] = []
      await sweep(0, { ...store, retire: async (sha256) => void aside.push(sha256) })
      assert.deepEqual([await isThere(sent), await isKept(sent), aside], [false, true, []])
    })

  it('two with the same content go together with it', async () => {
    const [one, two] = [await upload(s, lotte, 'twice'), await upload(s, lotte, 'twice')]
    await sweep(dayMs + hourMs)
    assert.deepEqual([await isThere(one), await isThere(two), await isKept(one)], [false, false, false])
  })

  it('one that a ticket names just while it is swept stays, and so does its content', async () => {
    const sent = await upload(s, lotte)
    await sql(s.database, 'UPDATE uploads SET created_at = NOW(3) - INTERVAL 2 DAY')
    const slow = {
      ...store,
      async retire(sha256: string) {
        await store.retire(sha256)
        await raise(s, lotte, sent.attachment_url)
      },
    }
    await sweep(0, slow)
    assert.deepEqual([await isThere(sent), await isKept(sent)], [true, true])
    assert.equal(await readFile(store.pathOf(sent.sha256), 'utf8'), 'content')
  })

  it('content that is sent again while it is set aside is there for good', async () => {
    const sent = await upload(s, lotte)
    await sweep(dayMs + hourMs)
    await ageAside(sent)
    const again = await upload(s, lotte)
    await raise(s, lotte, again.attachment_url)
    await sweep(0)
    assert.equal(await isKept(again), true)
  })

  it('one whose ticket goes is named by nothing any more', async () => {
    const sent = await upload(s, lotte)
    const ticketId = await raise(s, lotte, sent.attachment_url)
    await sql(s.database, `DELETE FROM tickets WHERE id = '${ticketId}'`)
    await sql(s.database, 'DELETE FROM ticket_intents')
    await sweep(dayMs + hourMs)
    assert.equal(await isThere(sent), false)
  })

  it('a sweep that dies half-way is finished by the next', async () => {
    const sent = await upload(s, lotte)
    const dying = {
      ...store,
      async retire(sha256: string) {
        await store.retire(sha256)
        throw new Error('killed')
      },
    }
    await assert.rejects(sweep(dayMs + hourMs, dying), /killed/)
    assert.equal(await isThere(sent), true)
    await sweep(dayMs + hourMs)
    assert.deepEqual([await isThere(sent), await isKept(sent)], [false, false])
  })
})
