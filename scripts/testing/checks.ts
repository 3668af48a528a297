import { existsSync, globSync } from 'node:fs'
import { findProgram } from '../database/find-program.ts'
import { runCommand } from '../processes/run-command.ts'

const packages = [
  'shared',
  'invgate-sandbox',
  'identity-service',
  'ticket-service',
  'scripts',
  'bench',
  'drills',
]

type Check = { title: string; command: string; args: string[] }

/** Format and lint, types, layers, shell scripts. @returns 0, or the exit code of the first check that fails */
export async function runChecks(stop: AbortSignal): Promise<number> {
  for (const { title, command, args } of [...sourceChecks(), ...shellChecks()]) {
    process.stdout.write(`\n== ${title}\n`)
    const code = await runCommand(command, args, { stop })
    if (code !== 0) return code
  }
  return 0
}

function sourceChecks(): Check[] {
  const folders = packages.filter((folder) => existsSync(folder))
  return [
    { title: 'format and lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
    { title: 'types', command: 'tsc', args: ['--noEmit'] },
    {
      title: 'layers',
      command: 'depcruise',
      args: ['--config', '.dependency-cruiser.mjs', ...folders],
    },
  ]
}

function shellChecks(): Check[] {
  const command = findProgram(['shellcheck'])
  const scripts = [...globSync('*.sh'), ...globSync('{deploy,scripts,bench,docs}/**/*.sh'), '.ci/run']
  return command ? [{ title: 'shell scripts', command, args: scripts }] : []
}
