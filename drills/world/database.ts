import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@werk/shared/database/migrate'
import { connect } from '@werk/shared/database/migration-connection'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { removeDockerVolume } from '../../scripts/database/docker-server.ts'
import { findServer } from '../../scripts/database/find-server.ts'
import { createPassword, startPrivateDatabase } from '../../scripts/database/private-database.ts'
import { provision } from '../../scripts/database/provision.ts'
import { writePid } from '../../scripts/processes/pid-file.ts'
import { createHolds, type Holds } from './holds.ts'
import { findStablePort } from './ports.ts'

export type Query = (statement: string) => Promise<Record<string, unknown>[]>

export type DrillDatabase = {
  /** the services' way to it, through the proxy */
  url: string
  holds: Holds
  /** Breaks every connection and resets new ones, until `mend`. */
  cut(): void
  mend(): void
  stop(): Promise<void>
  /** As a loss of power would: what was committed is there after the next start. */
  kill(): Promise<void>
  /** Fine when it runs. */
  start(): Promise<void>
  /** The drill's own way to it, past the proxy. Integers come as numbers. */
  query: Query
  close(): Promise<void>
}

// The prefix of the throw-away databases of the tests: whoever starts one of those also clears up after a killed drill.
const prefix = 'werk-test-db-'
const name = 'drill_ticket'

/** A server that keeps its promises to disk and can be stopped and started, behind a proxy that can be cut. */
export async function startDrillDatabase(
  migrationsFolder: string,
  say: (line: string) => void,
): Promise<DrillDatabase> {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  writePid(join(folder, 'owner.pid'), process.pid)
  const [port, rootPassword, source] = [await findStablePort(), createPassword(), findServer(say)]
  const startServer = () => startPrivateDatabase({ folder, port, rootPassword, source, say: () => {} })
  let server = await startServer()
  let isRunning = true
  const holds = createHolds()
  const proxy = await startTcpProxy({ host: '127.0.0.1', port }, holds.inspect)

  const close = async () => {
    await server.stop()
    await proxy.close()
    if (source.kind === 'docker') removeDockerVolume(source.program, folder)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const direct = await makeDatabase(server.rootUrl)
    await migrate({ url: direct, migrationsFolder })
    return {
      url: Object.assign(new URL(direct), { port: String(proxy.port) }).href,
      holds,
      cut: proxy.cut,
      mend: proxy.mend,
      async stop() {
        isRunning = false
        await server.stop()
      },
      async kill() {
        isRunning = false
        server.kill()
        await server.ended
      },
      async start() {
        if (!isRunning) server = await startServer()
        isRunning = true
      },
      query: (statement) => query(direct, statement),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function makeDatabase(rootUrl: string): Promise<string> {
  const password = createPassword()
  await provision(rootUrl, [{ database: name, user: name, password }])
  return Object.assign(new URL(rootUrl), { pathname: `/${name}`, username: name, password }).href
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const connection = await connect(url)
  try {
    return await connection.query({ sql: statement, bigIntAsNumber: true, timezone: 'Z' })
  } finally {
    await connection.end()
  }
}
