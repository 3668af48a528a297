import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeDockerVolume } from '../database/docker-server.ts'
import { findProgram } from '../database/find-program.ts'
import { stopLeftOverServer } from '../database/native-server.ts'
import { endProcess } from '../processes/end-process.ts'
import { readLivePid, removePid, writePid } from '../processes/pid-file.ts'
import { type Folders, placesOf, serviceNames } from './services.ts'

type Say = (line: string) => void

/**
 * Makes this the one run of the data folder, and ends what a killed run left behind.
 * @throws a sentence when another run is alive
 */
export async function takeOver(folders: Folders, say: Say): Promise<void> {
  const file = runFile(folders)
  const other = readLivePid(file, join(folders.root, 'scripts', 'start', 'main.ts'))
  if (other !== null && other !== process.pid) throw new Error(`npm start runs already (process ${other})`)
  writePid(file, process.pid)
  for (const name of serviceNames) {
    const { pidFile, script } = placesOf(name, folders)
    const pid = readLivePid(pidFile, script)
    if (pid === null) continue
    say(`stopping the ${name} that an earlier run left behind (process ${pid})`)
    await endProcess(pid, 25_000)
  }
}

export function release(folders: Folders): void {
  removePid(runFile(folders))
}

/** Deletes all data of earlier runs, a database in a Docker volume included. */
export async function reset(folders: Folders, say: Say): Promise<void> {
  say(`--reset: deleting ${folders.data} with its databases, attachments and logs`)
  const server = join(folders.data, 'mysql')
  await stopLeftOverServer(server, say)
  const docker = findProgram(['docker'])
  if (docker) removeDockerVolume(docker, server)
  rmSync(folders.data, { recursive: true, force: true })
  writePid(runFile(folders), process.pid)
}

function runFile({ data }: Folders): string {
  return join(data, 'run', 'start.pid')
}
