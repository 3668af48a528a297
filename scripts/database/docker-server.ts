import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { lastLinesOf } from '../processes/last-lines.ts'
import { commonSettings, type ServerOptions, type StartedServer } from './native-server.ts'
import { refuseBusyPort } from './port.ts'

const image = 'mysql:9.7'

/** Runs MySQL in a container on a loopback port; its data is in a volume, unless it is to be thrown away. */
export async function startDockerServer(options: ServerOptions): Promise<StartedServer> {
  const { source, folder, port, rootPassword, throwAway, say } = options
  const docker = source.program
  const name = containerName(folder)
  spawnSync(docker, ['rm', '--force', '--volumes', name], { stdio: 'ignore' })
  await refuseBusyPort(port, 'DATABASE_PORT')
  if (spawnSync(docker, ['image', 'inspect', image], { stdio: 'ignore' }).status !== 0) {
    say(`fetching the Docker image ${image}`)
    const pulled = spawnSync(docker, ['pull', image], { stdio: ['ignore', 'inherit', 'inherit'] })
    if (pulled.status !== 0) throw new Error(`Docker could not fetch ${image}`)
  }
  const args = ['run', '--name', name, '--publish', `127.0.0.1:${port}:3306`, '--env', 'MYSQL_ROOT_PASSWORD']
  const storage = throwAway ? [] : ['--volume', `${name}:/var/lib/mysql`]
  const child = spawn(docker, [...args, '--rm', ...storage, image, 'mysqld', ...commonSettings(throwAway)], {
    detached: true,
    env: { ...process.env, MYSQL_ROOT_PASSWORD: rootPassword },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let lastLines = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastLines = lastLinesOf(lastLines + text)
  })
  const ended = once(child, 'close').then(() => lastLines)
  return {
    ended,
    async stop() {
      spawn(docker, ['stop', '--time', '30', name], { stdio: 'ignore' })
      await ended
    },
    kill: () => void spawnSync(docker, ['kill', name], { stdio: 'ignore' }),
  }
}

/** Removes the volume that a server of this folder kept its data in. */
export function removeDockerVolume(docker: string, folder: string): void {
  spawnSync(docker, ['volume', 'rm', '--force', containerName(folder)], { stdio: 'ignore' })
}

/** Two checkouts on one machine have two databases. */
function containerName(folder: string): string {
  return `werk-ticketing-db-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
}
