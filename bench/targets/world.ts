import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@werk/shared/database/migrate'
import { findFreePort } from '../../scripts/database/port.ts'
import { createPassword } from '../../scripts/database/private-database.ts'
import { provision } from '../../scripts/database/provision.ts'
import { startThrowAwayDatabase } from '../../scripts/database/throw-away-database.ts'
import { type ServiceProcess, startService } from '../../scripts/processes/service-process.ts'
import { readPid } from './read-pid.ts'
import { seedTickets } from './seed-tickets.ts'

export const root = join(import.meta.dirname, '../..')

export type RunningTarget = {
  name: string
  url: string
  pid: number
  /** Milliseconds from the start of the process to the first good answer of `/readyz`. */
  readyMs: number
  stop(): Promise<void>
}

export type World = {
  jwtSecret: string
  databaseUrls: { identity: string; ticket: string }
  /** Base of the sandbox's API. */
  desk: string
  folder: string
  start(name: string, script: string, env?: Record<string, string>): Promise<RunningTarget>
  close(): Promise<void>
}

/** What all targets share: one database server, migrated and seeded, and one sandbox, as processes of their own. */
export async function startWorld(say: (line: string) => void): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'werk-bench-'))
  const processes: ServiceProcess[] = []
  const never = new AbortController().signal

  const start: World['start'] = async (name, script, env = {}) => {
    const port = await findFreePort()
    const url = `http://127.0.0.1:${port}`
    const pidFile = join(folder, `${name}.pid`)
    const startedAt = performance.now()
    const service = startService({
      name,
      script: join(root, script),
      cwd: root,
      url,
      readyPath: name === 'invgate-sandbox' ? '/health' : '/readyz',
      logFile: join(folder, `${name}.log`),
      pidFile,
      env: { PATH: process.env.PATH, PORT: String(port), SANDBOX_PORT: String(port), ...env },
    })
    processes.push(service)
    await service.untilReady(never)
    const readyMs = performance.now() - startedAt
    return { name, url, pid: readPid(pidFile), readyMs, stop: service.stop }
  }

  const database = await startThrowAwayDatabase(say)
  const close = async () => {
    await Promise.all(processes.map((service) => service.stop()))
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const databaseUrls = await makeDatabases(database.rootUrl)
    await seedTickets(databaseUrls.ticket)
    const sandbox = await start('invgate-sandbox', 'invgate-sandbox/src/main.ts', { LOG_LEVEL: 'silent' })
    return { jwtSecret: createPassword(), databaseUrls, desk: `${sandbox.url}/api/v1/`, folder, start, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function makeDatabases(rootUrl: string): Promise<World['databaseUrls']> {
  const names = { identity: 'bench_identity', ticket: 'bench_ticket' }
  const accounts = Object.values(names).map((name) => ({
    database: name,
    user: name,
    password: createPassword(),
  }))
  await provision(rootUrl, accounts)
  const urlOf = (name: string) => {
    const url = new URL(rootUrl)
    url.pathname = `/${name}`
    url.username = name
    url.password = accounts.find(({ user }) => user === name)?.password ?? ''
    return url.href
  }
  const urls = { identity: urlOf(names.identity), ticket: urlOf(names.ticket) }
  for (const service of ['identity', 'ticket'] as const) {
    const migrationsFolder = join(root, `${service}-service`, 'prisma', 'migrations')
    await migrate({ url: urls[service], migrationsFolder })
  }
  return urls
}
