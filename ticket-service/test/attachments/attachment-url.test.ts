import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachmentUrlOf, parseAttachmentUrl } from '../../src/attachments/attachment-url.ts'

const id = '01a2242b-e4ab-7684-bdaa-35d497f9b5b6'

test('an upload is named by its path, or by the service’s address and its path', () => {
  const own = { kind: 'own', id }
  assert.deepEqual(parseAttachmentUrl(attachmentUrlOf(id)), own)
  assert.deepEqual(parseAttachmentUrl(`/attachments/${id.toUpperCase()}`), own)
  for (const publicUrl of ['https://desk.example.com', 'https://desk.example.com/'])
    assert.deepEqual(parseAttachmentUrl(`https://desk.example.com/attachments/${id}`, publicUrl), own)
  assert.deepEqual(
    parseAttachmentUrl(`https://example.com/desk/attachments/${id}`, 'https://example.com/desk'),
    own,
  )
})

test('any other http or https URL is text, whatever it looks like', () => {
  const foreign = [
    'https://example.com/a.png',
    'HTTP://example.com',
    `https://example.com/attachments/${id}`,
    `https://desk.example.com.evil.example/attachments/${id}`,
    'http://127.0.0.1:3306/',
    'http://[::1]/a?b=c#d',
    'https://user:password@example.com/',
    `https://example.com/${'a'.repeat(2048 - 20)}`,
    'https://example.com/ä%20🔥',
  ]
  for (const url of foreign)
    assert.deepEqual(parseAttachmentUrl(url, 'https://desk.example.com'), { kind: 'foreign', url }, url)
})

test('everything else is neither', () => {
  const neither = [
    '',
    ' ',
    'a',
    '/',
    '/attachments',
    '/attachments/',
    '/attachments/1',
    `/attachments/${id}/`,
    `/attachments/${id}?a=b`,
    `/attachments/../attachments/${id}`,
    `//example.com/attachments/${id}`,
    `attachments/${id}`,
    '/tickets/1',
    'javascript:alert(1)',
    'data:text/html,a',
    'file:///etc/passwd',
    'ftp://example.com/a',
    'https://',
    'https:example.com',
    'https://exa mple.com',
    'https://example.com/\na',
    ' https://example.com/',
    'https://example.com/\u202e',
    `https://example.com/${'a'.repeat(2048 - 19)}`,
    `https://desk.example.com/attachments/${id}/`,
  ]
  for (const text of neither)
    assert.equal(parseAttachmentUrl(text, 'https://desk.example.com'), null, JSON.stringify(text))
})
