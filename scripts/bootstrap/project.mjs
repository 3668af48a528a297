import { join } from 'node:path'

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..')
export const services = ['identity-service', 'ticket-service']

/** A failure that is explained by its sentence alone. */
export class Refusal extends Error {}

export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Runs `main`, and ends with its exit code, or with 1 and a sentence. */
export async function run(main) {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20) {
    say(`Node.js 20 or later is needed, this is ${process.version}: see https://nodejs.org`)
    process.exit(1)
  }
  try {
    process.exitCode = await main()
  } catch (error) {
    say(error instanceof Refusal ? error.message : String(error.stack))
    process.exitCode = 1
  }
}
