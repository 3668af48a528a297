import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { findErrorCodes } from '../../docs/error-codes.ts'
import { generatedDocs } from '../../docs/generated-docs.ts'

const root = join(import.meta.dirname, '../../..')

test('the README tables and docs/openapi are what `npm run docs` makes of the sources', async () => {
  for (const [path, expected] of Object.entries(await generatedDocs(root))) {
    const found = await readFile(join(root, path), 'utf8').catch(() => 'nothing')
    assert.equal(found === expected, true, `${path} is out of date: run \`npm run docs\``)
  }
})

test('the README lists every error code with its status, and no other', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const listed = [...readme.matchAll(/^\| `([a-z0-9_]+\.[a-z0-9_]+)` \| (\d{3}) \|/gm)]
  const made = await findErrorCodes(root)
  assert.deepEqual(
    listed.map(([, code, status]) => ({ code, status: Number(status) })),
    made,
  )
})
