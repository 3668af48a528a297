import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

export type Environment = Record<string, string | undefined>

/**
 * Makes `.env` from `.env.example` where it is missing, with random values for what must be secret, and adds the secrets
 * that one of an earlier version lacks.
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
  addSecrets(file, Object.fromEntries(given), say)
  return { ...parseEnv(readFileSync(file, 'utf8')), ...Object.fromEntries(given) }
}

/** Came after the first `.env` files were made, and nobody but our own processes has to know them. */
const laterSecrets = ['INTERNAL_SECRET', 'SECOND_FACTOR_SECRET', 'WEBHOOK_SECRET_KEY']

function addSecrets(file: string, given: Environment, say: (line: string) => void): void {
  const known = { ...parseEnv(readFileSync(file, 'utf8')), ...given }
  for (const name of laterSecrets.filter((name) => !known[name])) {
    say(`adding ${name} to .env, with a new secret`)
    appendFileSync(file, `\n${name}=${newSecret()}\n`)
  }
}

/** Puts 32 random bytes, in hexadecimal, in place of each `change-me…`. */
export function fillSecrets(example: string): string {
  return example.replaceAll(/(?<==)change-me\S*$/gm, newSecret)
}

function newSecret(): string {
  return randomBytes(32).toString('hex')
}
