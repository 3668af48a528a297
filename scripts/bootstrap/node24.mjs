import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Refusal, root, say } from './project.mjs'

/** @returns the path of a Node.js that runs TypeScript: the project's own, else this one if it is new enough */
export function findNode24() {
  const own = join(root, 'node_modules', '.bin', 'node')
  if (spawnSync(own, ['--version'], { stdio: 'ignore' }).status === 0) return own
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Refusal(
    'Node.js 24 is missing from node_modules: npm must be allowed to run install scripts (ignore-scripts=false), or install Node.js 24',
  )
}

/** The environment in which `node`, and programs started through it, are Node.js 24. */
export function withNode24OnPath() {
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` }
}

/**
 * Runs a program in the foreground and passes on the signals that this process gets.
 * The channel between the two tells the child when this process is killed outright.
 * @returns its exit code
 */
export function runInForeground(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env: withNode24OnPath(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    ...options,
  })
  const pass = (signal) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  const watch = watchNpm(() => child.kill('SIGTERM'))
  return new Promise((resolve) => {
    const end = (code) => {
      clearInterval(watch)
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.once('error', (error) => {
      say(`${command}: ${error.message}`)
      end(1)
    })
    child.once('exit', (code) => end(code ?? 1))
  })
}

/**
 * npm starts scripts through a shell, and some shells die of a signal without passing it on:
 * then nobody tells this process but the change of its parent.
 */
function watchNpm(onGone) {
  if (!process.env.npm_lifecycle_event) return undefined
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    onGone()
  }, 500)
  return watch
}
