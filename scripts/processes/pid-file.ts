import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Remembers a process for a later run, which has to know it by its command line: ids are used again. */
export function writePid(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, String(pid))
}

/** @returns the id of the remembered process while it runs with `mark` in its command line, else null */
export function readLivePid(file: string, mark: string): number | null {
  const pid = readPid(file)
  return pid !== null && commandLineOf(pid).includes(mark) ? pid : null
}

export function removePid(file: string): void {
  rmSync(file, { force: true })
}

/** @returns whether the process that wrote this file is gone; false where the file does not say */
export function isOwnerGone(file: string): boolean {
  const pid = readPid(file)
  return pid !== null && commandLineOf(pid) === ''
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 1 ? pid : null
  } catch {
    return null
  }
}

/** '' when no process has this id */
function commandLineOf(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline')) {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    }
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
