import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { readLastLines } from './last-lines.ts'
import { removePid, writePid } from './pid-file.ts'

export type ServiceOptions = {
  name: string
  /** the absolute path of its main.ts */
  script: string
  cwd: string
  env: NodeJS.ProcessEnv
  url: string
  /** answers 200 once the service can do its work; without one, any answer from it will do */
  readyPath?: string
  logFile: string
  pidFile: string
}

export type ServiceProcess = {
  name: string
  /** settles with the last lines of its log when it ends, for whatever reason */
  ended: Promise<string>
  untilReady(stop: AbortSignal): Promise<void>
  stop(): Promise<void>
  kill(): void
}

const readyLimitMs = 60_000
/** longer than the service itself gives to requests in flight */
const stopGraceMs = 25_000

/** Starts a service of ours, which logs to a file. A terminal's Ctrl-C does not reach it: it ends when it is told. */
export function startService(options: ServiceOptions): ServiceProcess {
  const { name, script, cwd, env, logFile, pidFile } = options
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'w')
  const child = spawn(process.execPath, [script], { cwd, env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  if (child.pid) writePid(pidFile, child.pid)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  }).then(() => {
    removePid(pidFile)
    return readLastLines(logFile)
  })
  return {
    name,
    ended,
    untilReady: (stop) => untilReady(options, ended, stop),
    async stop() {
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs)
      await ended
      clearTimeout(force)
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** @throws when the service ends, does not become ready in time, or `stop` aborts */
async function untilReady(
  { name, url, readyPath, logFile }: ServiceOptions,
  ended: Promise<string>,
  stop: AbortSignal,
): Promise<void> {
  let over = false
  void ended.then(() => {
    over = true
  })
  let answer = 'no answer'
  for (const deadline = Date.now() + readyLimitMs; Date.now() < deadline; await delay(50)) {
    stop.throwIfAborted()
    if (over) throw new Error(`the ${name} ended by itself:\n${await ended}`)
    const response = await fetch(`${url}${readyPath ?? '/'}`).catch(() => null)
    if (response && (response.ok || !readyPath)) return
    if (response) answer = `${response.status} ${await response.text().catch(() => '')}`
  }
  throw new Error(`the ${name} did not become ready: ${answer}\n${readLastLines(logFile)}`)
}
