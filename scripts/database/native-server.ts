import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { endProcess } from '../processes/end-process.ts'
import { lastLinesOf, readLastLines } from '../processes/last-lines.ts'
import { readLivePid, removePid, writePid } from '../processes/pid-file.ts'
import { findProgram } from './find-program.ts'
import type { ServerSource } from './find-server.ts'
import { refuseBusyPort } from './port.ts'

export type ServerOptions = {
  source: ServerSource
  /** the server's own folder: data, log and pid file */
  folder: string
  port: number
  rootPassword: string
  /** gives up safety of the data for speed, for tests */
  throwAway: boolean
  say(line: string): void
}

/** A server that was told to start, and that may not answer yet. */
export type StartedServer = {
  /** settles with the last lines of its log when the server ends, for whatever reason */
  ended: Promise<string>
  stop(): Promise<void>
  /** ends it at once, for the impatient: its data survives as it would a power cut */
  kill(): void
}

const stopGraceMs = 30_000

/** Starts mysqld or mariadbd on loopback, with nothing from the machine's own configuration. */
export async function startNativeServer(options: ServerOptions): Promise<StartedServer> {
  const { source, folder } = options
  const data = join(folder, source.kind)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await stopLeftOverServer(folder, options.say)
  await refuseBusyPort(options.port, 'DATABASE_PORT')
  if (!existsSync(data)) initialise(options, data)

  const runtime = makeRuntimeFolder(folder)
  const initFile = join(runtime, 'init.sql')
  writeFileSync(initFile, rootSql(options.rootPassword), { mode: 0o600 })
  const log = join(folder, 'server.log')
  const output = openSync(log, 'w')
  const child = spawn(source.program, serverArguments(options, data, runtime, initFile), {
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  if (child.pid) writePid(pidFile(folder), child.pid)
  const ended = endOf(child).then(() => {
    rmSync(runtime, { recursive: true, force: true })
    removePid(pidFile(folder))
    return readLastLines(log)
  })
  return { ended, stop: () => stop(child, ended), kill: () => void child.kill('SIGKILL') }
}

/** Ends the server of an earlier run that was killed before it could. */
export async function stopLeftOverServer(folder: string, say: (line: string) => void): Promise<void> {
  const pid = readLivePid(pidFile(folder), `--datadir=${folder}/`)
  if (pid !== null) {
    say(`stopping the database server that an earlier run left behind (process ${pid})`)
    await endProcess(pid, stopGraceMs)
  }
  removePid(pidFile(folder))
}

/** For the socket, whose path may have at most 107 bytes: more than the project's own folder may leave. */
function makeRuntimeFolder(folder: string): string {
  const runtime = join(tmpdir(), `werk-db-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`)
  rmSync(runtime, { recursive: true, force: true })
  mkdirSync(runtime, { mode: 0o700 })
  return runtime
}

/** Fills a new data folder; under another name first, so that an interrupted run leaves no half of one. */
function initialise({ source, say }: ServerOptions, data: string): void {
  say(`making a new database in ${data}`)
  const unfinished = `${data}.new`
  rmSync(unfinished, { recursive: true, force: true })
  const [program, args] = initialiser(source, unfinished)
  // Of two that are made at once each needs its own place for temporary tables.
  const env = { ...process.env, TMPDIR: dirname(data) }
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} failed:\n${lastLinesOf(`${stdout}\n${stderr}`)}`)
  renameSync(unfinished, data)
}

function initialiser(source: ServerSource, data: string): [string, string[]] {
  const common = ['--no-defaults', `--datadir=${data}`, ...userOption()]
  if (source.kind === 'mysqld') return [source.program, [...common, '--initialize-insecure']]
  const program = findProgram(
    ['mariadb-install-db', 'mysql_install_db'],
    `${dirname(source.program)}:${dirname(source.program)}/../scripts:${process.env.PATH}`,
  )
  if (!program) {
    throw new Error(
      'mariadb-install-db is missing: it comes with the MariaDB server (Debian: mariadb-server-core)',
    )
  }
  return [program, [...common, '--auth-root-authentication-method=normal', '--skip-test-db']]
}

function serverArguments(options: ServerOptions, data: string, runtime: string, initFile: string): string[] {
  return [
    '--no-defaults',
    `--datadir=${data}`,
    ...userOption(),
    '--bind-address=127.0.0.1',
    `--port=${options.port}`,
    `--socket=${join(runtime, 'db.sock')}`,
    `--pid-file=${join(runtime, 'db.pid')}`,
    `--init-file=${initFile}`,
    ...commonSettings(options.throwAway),
  ]
}

/** Settings for both MySQL and MariaDB: `loose` ones are ignored where they are unknown. */
export function commonSettings(throwAway: boolean): string[] {
  const settings = [
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--max-connections=400',
    '--skip-log-bin',
    '--loose-mysqlx=OFF',
    // Not every container and file system has asynchronous I/O.
    '--innodb-use-native-aio=0',
  ]
  if (!throwAway) return settings
  return [
    ...settings,
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--innodb-flush-method=nosync',
  ]
}

/** Root may start a server only when it says so. */
function userOption(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : []
}

function rootSql(password: string): string {
  return [
    `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `ALTER USER IF EXISTS 'root'@'localhost' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`,
    '',
  ].join('\n')
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs)
  await ended
  clearTimeout(force)
}

function pidFile(folder: string): string {
  return join(folder, 'server.pid')
}
