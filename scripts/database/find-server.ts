import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findProgram } from './find-program.ts'

/** `mysqld` and `mariadbd` are run from their binaries, `docker` from the image of MySQL. */
export type ServerSource = { kind: 'mysqld' | 'mariadbd' | 'docker'; program: string }

/**
 * Finds what can run a private database server: the machine's own mysqld or mariadbd, else Debian's mariadbd,
 * which root gets installed without the package that would start a system service, else Docker.
 * @throws a sentence that says what is missing and how to get it
 */
export function findServer(say: (line: string) => void): ServerSource {
  const source = findInstalled() ?? installOnDebian(say) ?? findDocker()
  if (source) return source
  throw new Error(
    'no database server: install MySQL or MariaDB (Debian, Ubuntu: sudo apt-get install mariadb-server-core mariadb-client-core; macOS: brew install mysql) or start Docker, then try again',
  )
}

function findInstalled(): ServerSource | null {
  const program = findProgram(['mysqld', 'mariadbd'])
  if (!program) return null
  // Debian calls MariaDB mysqld too.
  const version = execFileSync(program, ['--no-defaults', '--version'], { encoding: 'utf8' })
  return { kind: version.includes('MariaDB') ? 'mariadbd' : 'mysqld', program }
}

function installOnDebian(say: (line: string) => void): ServerSource | null {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null
  say('no mysqld or mariadbd here: installing Debian’s mariadb-server-core with apt-get')
  return installPackages(['mariadb-server-core', 'mariadb-client-core']) ? findInstalled() : null
}

/** Shows apt-get's own progress. @returns whether the packages are there now */
export function installPackages(packages: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const aptGet = (...args: string[]) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  return aptGet('-q', 'update') && aptGet('-q', '-y', 'install', '--no-install-recommends', ...packages)
}

function findDocker(): ServerSource | null {
  const program = findProgram(['docker'])
  if (!program || spawnSync(program, ['info'], { stdio: 'ignore' }).status !== 0) return null
  return { kind: 'docker', program }
}
