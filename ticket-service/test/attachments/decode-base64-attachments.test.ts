import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { AttachmentStore } from '../../src/attachments/attachment-store.ts'
import { decodeBase64Attachments } from '../../src/attachments/decode-base64-attachments.ts'
import { createLocalAttachmentStore } from '../../src/infrastructure/local-attachment-store.ts'

const limits = { maxFileBytes: 10, maxRequestBytes: 15, maxFiles: 2 }

describe('attachments as base64', () => {
  let directory: string
  let store: AttachmentStore
  const staged = () => readdir(join(directory, 'staging')).catch(() => [])
  const decode = (...contents: string[]) =>
    decodeBase64Attachments(
      contents.map((content_base64, index) => ({ filename: `../${index}.txt`, content_base64 })),
      { store, limits },
    )
  const encoded = (bytes: number) => Buffer.alloc(bytes, 'x').toString('base64')

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'attachments-'))
    store = createLocalAttachmentStore({ directory })
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('are staged with clean names and types, byte for byte', async () => {
    const content = randomBytes(100_000)
    const files = await decodeBase64Attachments(
      [
        {
          filename: 'a/b.bin',
          content_type: 'Application/X-Thing; v=1',
          content_base64: content.toString('base64'),
        },
      ],
      { store, limits: { maxFileBytes: 100_000, maxRequestBytes: 100_000, maxFiles: 1 } },
    )
    const [file] = files
    assert.ok(file)
    assert.deepEqual(
      [files.length, file.filename, file.declaredType, file.size],
      [1, 'b.bin', 'application/x-thing', 100_000],
    )
    assert.deepEqual(await readFile(file.path), content)
  })

  for (const text of ['+/8=', '-_8=', '+/8', '-_8', '+/\r\n8=\r\n', '', 'QQ==', 'QQ']) {
    it(`are read from ${JSON.stringify(text)}`, async () => {
      const [file] = await decode(text)
      assert.ok(file)
      assert.deepEqual(await readFile(file.path), Buffer.from(text, 'base64'))
    })
  }

  for (const text of [
    'A',
    'A===',
    '=',
    'QQ=',
    'Q=Q=',
    'QQ==QQ==',
    'QQ Q=',
    'QQ\tQ',
    '+_8=',
    'data:;base64,QQ',
    'é',
    'QQ\0=',
  ]) {
    it(`are refused from ${JSON.stringify(text)}`, async () => {
      await assert.rejects(decode('QQ==', text), {
        code: 'attachment.invalid',
        statusCode: 400,
        message: 'attachments.1.content_base64 must be base64',
        errors: { 'attachments.1.content_base64': ['must be base64'] },
      })
      assert.deepEqual(await staged(), [])
    })
  }

  it('are accepted at the limits', async () => {
    assert.equal((await decode(encoded(10), encoded(5))).length, 2)
  })

  const beyond: Record<string, [contents: string[], message: string]> = {
    'one byte over the limit per file': [
      [encoded(1), encoded(11)],
      '1.txt is larger than 10 bytes, the limit per file',
    ],
    'one byte over the limit together': [
      [encoded(10), encoded(6)],
      'with 1.txt the files are together larger than 15 bytes, the limit per request',
    ],
    'one over the number of files': [
      [encoded(1), encoded(1), ''],
      '2.txt is one file too many, the limit is 2 files per request',
    ],
  }
  for (const [what, [contents, message]] of Object.entries(beyond)) {
    it(`are refused ${what}, and nothing is left of them`, async () => {
      await assert.rejects(decode(...contents), { code: 'attachment.too_large', statusCode: 413, message })
      assert.deepEqual(await staged(), [])
    })
  }
})
