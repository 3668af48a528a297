import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { installPackages } from '../database/find-server.ts'

/** Debian's modules are seen by Debian's Python alone. */
const python = '/usr/bin/python3'

/**
 * The tests of the S3 store need a real S3 server and skip themselves without it: OpenStack Swift, whose modules are in
 * Debian's python3-swift, without the packages that would start services of the system.
 * @returns the path of a Python that has it, null where it cannot be had
 */
export function findS3Server(say: (line: string) => void): string | null {
  if (!hasSwift() && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say('no S3 server here: installing Debian’s python3-swift with apt-get')
    installPackages(['python3-swift'])
  }
  if (hasSwift()) return python
  say('!! NO S3 SERVER: the S3 store is NOT tested. Debian, Ubuntu: sudo apt-get install python3-swift')
  return null
}

function hasSwift(): boolean {
  const modules = 'import eventlet, paste.deploy, swift.proxy.server, swift.obj.server'
  return existsSync(python) && spawnSync(python, ['-c', modules], { stdio: 'ignore' }).status === 0
}
