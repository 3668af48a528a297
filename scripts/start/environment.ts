import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

export type Environment = Record<string, string | undefined>

/**
 * Makes `.env` from `.env.example` where it is missing, with random values for what must be secret.
 * @returns the variables of `.env`, under those of the process
 */
export function loadEnvironment(root: string, say: (line: string) => void): Environment {
  const file = join(root, '.env')
  if (!existsSync(file)) {
    say('making .env from .env.example, with new secrets')
    const example = readFileSync(join(root, '.env.example'), 'utf8')
    writeFileSync(file, fillSecrets(example), { mode: 0o600, flag: 'wx' })
  }
  const given = Object.entries(process.env).filter(([, value]) => value !== '')
  return { ...parseEnv(readFileSync(file, 'utf8')), ...Object.fromEntries(given) }
}

/** Puts 32 random bytes, in hexadecimal, in place of each `change-me…`. */
export function fillSecrets(example: string): string {
  return example.replaceAll(/(?<==)change-me\S*$/gm, () => randomBytes(32).toString('hex'))
}
