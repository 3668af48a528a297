import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { writePid } from '../../processes/pid-file.ts'
import { reset, takeOver } from '../../start/earlier-run.ts'

describe('a run of npm start', () => {
  let folders: { root: string; data: string }
  beforeEach(() => {
    const root = mkdtempSync(join(tmpdir(), 'werk-earlier-'))
    folders = { root, data: join(root, '.data') }
  })
  afterEach(() => rmSync(folders.root, { recursive: true, force: true }))

  const say = () => {}

  /** A process that looks like the script, as far as its command line goes. */
  async function pretend(script: string, pidFile: string) {
    const program = 'process.stdout.write("up"); setInterval(() => {}, 1000)'
    const child = spawn(process.execPath, ['--eval', program, join(folders.root, script)])
    await once(child.stdout, 'data')
    writePid(join(folders.data, 'run', pidFile), child.pid ?? 0)
    return child
  }

  it('refuses to begin while another one runs', async () => {
    const other = await pretend('scripts/start/main.ts', 'start.pid')
    try {
      await assert.rejects(takeOver(folders, say), /npm start runs already/)
    } finally {
      other.kill()
    }
  })

  it('ends the services that a killed one left behind', async () => {
    const service = await pretend('ticket-service/src/main.ts', 'ticket-service.pid')
    const ended = once(service, 'exit')
    await takeOver(folders, say)
    assert.deepEqual(await ended, [null, 'SIGTERM'])
  })

  it('leaves a process alone that merely got the number of one that was left behind', async () => {
    const other = await pretend('something-else.ts', 'ticket-service.pid')
    await takeOver(folders, say)
    assert.equal(other.kill(0), true)
    other.kill()
  })

  it('deletes what earlier ones kept when it is to begin anew', async () => {
    await takeOver(folders, say)
    writePid(join(folders.data, 'uploads', 'a-file'), 1)
    await reset(folders, say)
    assert.equal(existsSync(join(folders.data, 'uploads')), false)
  })
})
