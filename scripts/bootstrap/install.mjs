import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInForeground } from './node24.mjs'
import { Refusal, root, say } from './project.mjs'

/** Runs `npm ci` when node_modules is missing or lacks what package-lock.json names. */
export async function ensureInstalled() {
  const lack = findLack()
  if (!lack) return
  say(`installing the dependencies with npm ci (${lack})`)
  const [command, ...args] = npm()
  const code = await runInForeground(command, [...args, 'ci', '--include=dev', '--loglevel=error'], {
    env: process.env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (code !== 0) throw new Refusal('npm ci failed, see above: it needs npm and its registry within reach')
}

/** The npm that runs this script knows better than PATH which npm is meant. */
function npm() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm']
}

/**
 * Compares what npm noted in node_modules with the lock file. Times say nothing: a checkout touches files.
 * @returns why an install is needed, or null
 */
function findLack() {
  const noted = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(noted)) return 'there is no node_modules yet'
  const installed = readPackages(noted)
  const wanted = readPackages(join(root, 'package-lock.json'))
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') || link) continue
    const found = installed[path]
    if (!found && !optional) return `${path} is missing`
    if (found && found.version !== version) return `${path} is not ${version}`
  }
  return null
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
}
