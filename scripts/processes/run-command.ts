import { spawn } from 'node:child_process'

export type CommandOptions = { stop: AbortSignal; env?: NodeJS.ProcessEnv }

/**
 * Runs a program with this process's terminal until it ends, or asks it to end when `stop` aborts.
 * @returns its exit code, 1 when it could not run or was ended by a signal
 */
export function runCommand(command: string, args: string[], options: CommandOptions): Promise<number> {
  const { stop, env = process.env } = options
  if (stop.aborted) return Promise.resolve(1)
  const child = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const end = () => child.kill('SIGTERM')
  stop.addEventListener('abort', end)
  return new Promise((resolve) => {
    const settle = (code: number) => {
      stop.removeEventListener('abort', end)
      resolve(code)
    }
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`)
      settle(1)
    })
    child.once('exit', (code) => settle(code ?? 1))
  })
}
