import type { Static, TObject, TSchema } from 'typebox'
import { createAjv } from '../validation/ajv.ts'
import { explain } from '../validation/explain.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Lists every fault of the environment, a line each. */
export class ConfigError extends Error {
  readonly faults: string[]

  constructor(faults: string[]) {
    super(`the configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/**
 * Reads the environment through a schema whose property names are the variables' names.
 * Text becomes what the schema asks for: numbers, booleans (`true`, `false`), and lists (comma-separated).
 * An empty variable counts as not set. Values never appear in the faults, because some are secret.
 * @throws ConfigError with every fault at once.
 */
export function readConfig<T extends TObject>(schema: T, env: Environment): Readonly<Static<T>> {
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries<TSchema>(schema.properties)) {
    const text = env[name]
    if (text !== undefined && text !== '') values[name] = isList(property) ? splitList(text) : text
  }
  const ajv = createAjv({ coerceTypes: true })
  for (const [format, test] of Object.entries(formats)) ajv.addFormat(format, test)
  const validate = ajv.compile(schema)
  if (!validate(values)) {
    const faults = Object.entries(explain(validate.errors))
    throw new ConfigError(faults.map(([name, sentences]) => `${name} ${sentences.join(' and ')}`))
  }
  return Object.freeze(values) as Readonly<Static<T>>
}

/** As `readConfig`, for a `main.ts`: on a fault it prints them all and ends the process with code 1. */
export function loadConfig<T extends TObject>(schema: T, env: Environment): Readonly<Static<T>> {
  try {
    return readConfig(schema, env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return process.exit(1)
  }
}

const formats: Record<string, (text: string) => boolean> = {
  'secret of 32 bytes or more': (text) => Buffer.byteLength(text) >= 32,
  'http or https URL': (text) => hasProtocol(text, ['http:', 'https:']),
  'https URL, or http on this machine': (text) =>
    hasProtocol(text, ['https:']) || (hasProtocol(text, ['http:']) && isLoopback(new URL(text).hostname)),
  'mysql:// URL with a database': (text) =>
    hasProtocol(text, ['mysql:', 'mariadb:']) && new URL(text).pathname.length > 1,
  'smtp:// or smtps:// URL': (text) => hasProtocol(text, ['smtp:', 'smtps:']),
  'redis:// URL': (text) => hasProtocol(text, ['redis:', 'rediss:']),
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

function hasProtocol(text: string, protocols: string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol)
}

function isList(schema: TSchema): boolean {
  return (schema as { type?: unknown }).type === 'array'
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
