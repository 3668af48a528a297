import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOwnerGone, writePid } from '../processes/pid-file.ts'
import { stopLeftOverServer } from './native-server.ts'
import { findFreePort } from './port.ts'
import { type PrivateDatabase, startPrivateDatabase } from './private-database.ts'

const prefix = 'werk-test-db-'

/** Starts a server for tests on a free port, in a temporary folder that goes when it stops. */
export async function startThrowAwayDatabase(say: (line: string) => void): Promise<PrivateDatabase> {
  await removeLeftOvers(say)
  const folder = mkdtempSync(join(tmpdir(), prefix))
  writePid(join(folder, 'owner.pid'), process.pid)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const database = await startPrivateDatabase({
      folder,
      port: await findFreePort(),
      throwAway: true,
      say,
    })
    return { ...database, stop: () => database.stop().then(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** Servers whose owner was killed before it could stop them. */
async function removeLeftOvers(say: (line: string) => void): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name)
    if (!isOwnerGone(join(folder, 'owner.pid'))) continue
    await stopLeftOverServer(folder, say)
    rmSync(folder, { recursive: true, force: true })
  }
}
