import { createAjv } from '@werk/shared/validation/ajv'
import { explain, summarize } from '@werk/shared/validation/explain'
import type { FastifySchemaCompiler } from 'fastify'
import Type, { type Static, type TObject } from 'typebox'
import { Refusal } from './failures.ts'

/** InvGate's booleans: JSON's own, or 0 and 1 in either notation. */
export const flag = Type.Unsafe<boolean | 0 | 1 | 'true' | 'false' | '0' | '1'>({
  enum: [true, false, 0, 1, 'true', 'false', '0', '1'],
})

export function isOn(value: Static<typeof flag> | undefined): boolean {
  return value === true || value === 1 || value === 'true' || value === '1'
}

/** `text` for values of a form or a query, where an int is text that looks like one; `json` is strict. */
export type Notation = 'json' | 'text'

export type ParameterReader = {
  /** @throws Refusal 428 that names every missing or mistyped parameter. */
  read<T extends TObject>(schema: T, values: unknown, notation: Notation): Static<T>
  /** For the schemas that routes declare: bodies are JSON, all else arrives as text. */
  readonly compiler: FastifySchemaCompiler<object>
}

/** The validators are made once an app and compile a body's schema at its first use. */
export function createParameterReader(): ParameterReader {
  const validators = { json: createAjv(), text: createAjv({ coerceTypes: 'array' }) }
  return {
    read: <T extends TObject>(schema: T, values: unknown, notation: Notation) => {
      const validate = validators[notation].compile<Static<T>>(schema)
      if (validate(values)) return values
      throw new Refusal(428, summarize(explain(validate.errors)))
    },
    compiler: ({ schema, httpPart }) => validators[httpPart === 'body' ? 'json' : 'text'].compile(schema),
  }
}
