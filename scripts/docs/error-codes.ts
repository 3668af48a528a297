import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { statusOf } from '@werk/shared/errors/status-table'

/** Made at once, or listed in a table of a feature's errors. */
const made = /(?:new AppError\(\s*|\bcode: )'([a-z0-9_]+\.[a-z0-9_]+)'/g
const folders = ['shared/src', 'identity-service/src', 'ticket-service/src']

/** Every code that the sources can answer with, and its HTTP status, by code. */
export async function findErrorCodes(root: string): Promise<{ code: string; status: number }[]> {
  const codes = new Set<string>()
  for (const folder of folders) {
    for (const name of await readdir(join(root, folder), { recursive: true })) {
      if (!name.endsWith('.ts') || name.includes('generated')) continue
      for (const [, code] of (await readFile(join(root, folder, name), 'utf8')).matchAll(made))
        codes.add(code ?? '')
    }
  }
  return [...codes].sort().map((code) => ({ code, status: statusOf(code) }))
}
