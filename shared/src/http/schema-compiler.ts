import type { FastifyInstance, FastifySchema } from 'fastify'
import { createAjv } from '../validation/ajv.ts'

/** Only what arrives as text is converted: a JSON body must already have the right types. */
export function registerValidation(app: FastifyInstance): void {
  const json = createAjv()
  const text = createAjv({ coerceTypes: true })
  app.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) =>
    (httpPart === 'body' ? json : text).compile(schema),
  )
}
