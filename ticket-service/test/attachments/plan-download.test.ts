import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { planDownload } from '../../src/attachments/plan-download.ts'

const sha256 = 'ab'.repeat(32)
const etag = `"${sha256}"`
const pdf = { filename: 'report.pdf', sniffedType: 'application/pdf', size: 1000, sha256 }
const get = (headers: { range?: string; ifNoneMatch?: string; ifRange?: string }, attachment = pdf) =>
  planDownload(attachment, { method: 'GET', ...headers })

describe('a download', () => {
  it('is whole, to be saved and not shown, and private', () => {
    assert.deepEqual(get({}), {
      status: 200,
      range: null,
      sendsBody: true,
      headers: {
        'content-type': 'application/pdf',
        'content-disposition': 'attachment; filename="report.pdf"',
        'content-length': '1000',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-cache',
        'accept-ranges': 'bytes',
        etag,
      },
    })
  })

  it('of no known type is bytes', () => {
    const { headers } = planDownload({ ...pdf, sniffedType: null }, { method: 'GET' })
    assert.equal(headers['content-type'], 'application/octet-stream')
  })

  it('sends no body for HEAD, and ignores its range', () => {
    const plan = planDownload(pdf, { method: 'HEAD', range: 'bytes=0-1' })
    assert.deepEqual([plan.status, plan.sendsBody, plan.headers['content-length']], [200, false, '1000'])
  })

  const names: Record<string, [filename: string, header: string]> = {
    'with letters beyond ASCII is ASCII and has the name beside it': [
      'résumé.pdf',
      `attachment; filename="r_sum_.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`,
    ],
    'cannot be broken out of by quotes': [
      'a"; filename="b.exe',
      `attachment; filename="a\\"; filename=\\"b.exe"`,
    ],
    'cannot be broken out of by line breaks, even if stored uncleaned': [
      'a\r\nset-cookie: x=1.pdf',
      'attachment; filename="aset-cookie: x=1.pdf"',
    ],
    'cannot fail on half a surrogate pair': [
      'a\ud800.pdf',
      `attachment; filename="a_.pdf"; filename*=UTF-8''a%EF%BF%BD.pdf`,
    ],
  }
  for (const [guarantee, [filename, header]] of Object.entries(names)) {
    it(`whose name goes out ${guarantee}`, () =>
      assert.equal(get({}, { ...pdf, filename }).headers['content-disposition'], header))
  }

  const ranges: Record<string, [range: string, start: number, end: number]> = {
    'from the start': ['bytes=0-99', 0, 99],
    'of one byte': ['bytes=999-999', 999, 999],
    'open at its end': ['bytes=500-', 500, 999],
    'beyond the end, up to it': ['bytes=500-5000', 500, 999],
    'of the last bytes': ['bytes=-100', 900, 999],
    'of more last bytes than there are, as all of it': ['bytes=-5000', 0, 999],
    'with its unit in capitals': ['Bytes=0-0', 0, 0],
  }
  for (const [guarantee, [range, start, end]] of Object.entries(ranges)) {
    it(`answers a range ${guarantee}`, () => {
      const plan = get({ range })
      assert.deepEqual([plan.status, plan.range, plan.sendsBody], [206, { start, end }, true])
      assert.equal(plan.headers['content-range'], `bytes ${start}-${end}/1000`)
      assert.equal(plan.headers['content-length'], String(end - start + 1))
    })
  }

  for (const range of ['bytes=1000-', 'bytes=1000-2000', 'bytes=-0']) {
    it(`says 416 and the size for ${range}`, () => {
      const plan = get({ range })
      assert.deepEqual([plan.status, plan.sendsBody, plan.range], [416, false, null])
      assert.equal(plan.headers['content-range'], 'bytes */1000')
    })
  }

  for (const range of [
    'bytes=0-1,5-6',
    'bytes=0-1,5000-',
    'items=0-1',
    'bytes',
    'bytes=',
    'bytes=a-b',
    'bytes=--5',
    '',
  ]) {
    it(`is whole for "${range}"`, () =>
      assert.deepEqual([get({ range }).status, get({ range }).range], [200, null]))
  }

  it('of an empty file is whole or not at all', () => {
    const empty = { ...pdf, size: 0 }
    assert.equal(get({}, empty).headers['content-length'], '0')
    assert.equal(get({ range: 'bytes=0-' }, empty).status, 416)
    assert.equal(get({ range: 'bytes=-5' }, empty).status, 200)
  })

  for (const ifNoneMatch of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    it(`that the client has is not sent again: If-None-Match ${ifNoneMatch.slice(0, 12)}`, () => {
      const plan = get({ ifNoneMatch, range: 'bytes=0-1' })
      assert.deepEqual([plan.status, plan.sendsBody, plan.headers.etag], [304, false, etag])
      assert.equal(plan.headers['content-length'], undefined)
    })
  }

  it('that the client has in another state is sent', () =>
    assert.equal(get({ ifNoneMatch: '"x"' }).status, 200))

  it('continues only the very same content: If-Range', () => {
    assert.equal(get({ range: 'bytes=5-', ifRange: etag }).status, 206)
    for (const ifRange of ['"x"', `W/${etag}`, 'Wed, 21 Oct 2015 07:28:00 GMT', '']) {
      assert.equal(get({ range: 'bytes=5-', ifRange }).status, 200, ifRange)
    }
  })
})
