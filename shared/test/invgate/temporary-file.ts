import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { IncidentFile } from '../../src/invgate/request-body.ts'

/** A file of random bytes on disk until the test ends, and their SHA-256 in hex. */
export async function writeFileToSend(
  t: TestContext,
  {
    filename,
    size,
    contentType = 'application/octet-stream',
  }: Omit<IncidentFile, 'path' | 'contentType'> & {
    contentType?: string
  },
): Promise<{ file: IncidentFile; sha256: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'invgate-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'content')
  const content = randomBytes(size)
  await writeFile(path, content)
  return {
    file: { filename, contentType, path, size },
    sha256: createHash('sha256').update(content).digest('hex'),
  }
}
