import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { findProgram } from '../database/find-program.ts'
import { installPackages } from '../database/find-server.ts'

/**
 * The tests of what replicas share need Redis or Valkey and skip themselves without it.
 * @returns the path of a server program, null where none can be had
 */
export function findRedisServer(say: (line: string) => void): string | null {
  const found = findProgram(['valkey-server', 'redis-server'])
  if (found || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return found
  if (!findChecker()) {
    say('no valkey-server or redis-server here: installing Debian’s redis-tools with apt-get')
    installPackages(['redis-tools'])
  }
  return serverFrom(findChecker())
}

/**
 * Debian's package redis-server would start a service of the system. Its program is a mere link to the checker
 * in redis-tools, which is a server when it is called redis-server.
 */
function serverFrom(checker: string | null): string | null {
  if (!checker) return null
  const server = resolve('.data', 'bin', 'redis-server')
  mkdirSync(dirname(server), { recursive: true })
  rmSync(server, { force: true })
  symlinkSync(checker, server)
  return spawnSync(server, ['--version'], { encoding: 'utf8' }).stdout?.includes('v=') ? server : null
}

function findChecker(): string | null {
  return findProgram(['redis-check-rdb'])
}
