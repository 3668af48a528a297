import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startService } from '../../processes/service-process.ts'

test('a service logs to its file, which nobody else keeps open', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'werk-service-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const script = join(folder, 'main.mjs')
  writeFileSync(script, "console.log('a line'); setInterval(() => {}, 1000)")
  const logFile = join(folder, 'logs', 'a.log')
  const service = startService({
    name: 'a',
    script,
    cwd: folder,
    env: {},
    url: 'http://127.0.0.1:1',
    logFile,
    pidFile: join(folder, 'a.pid'),
  })
  try {
    assert.deepEqual(
      openFiles().filter((path) => path === logFile),
      [],
    )
    await t.waitFor(() => assert.equal(readFileSync(logFile, 'utf8'), 'a line\n'), { timeout: 10_000 })
  } finally {
    await service.stop()
  }
  assert.match(await service.ended, /a line/)
})

/** Of this process. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  })
}
