import type { FastifyInstance } from 'fastify'
import secureJson from 'secure-json-parse'
import { isNestedAtMost } from '../validation/extent.ts'
import { malformedJson } from './request-errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })
const surrogateEscape = /\\u[dD][89a-fA-F]/
/** Objects and arrays within each other: more would break whatever goes down them, such as `JSON.stringify`. */
const deepest = 100

/**
 * JSON is the one body that every route takes (others are added where they belong). It is parsed strictly: bytes that are not UTF-8 and lone surrogates are refused, because they could not
 * come back as they went in; `__proto__` keys are refused too, and what is nested very deeply.
 */
export function registerJsonBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch (error) {
      done(malformedJson(error))
    }
  })
}

/** @throws where the bytes are no JSON text, are nested too deeply, or hold text that is not well-formed Unicode. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = utf8.decode(bytes)
  const value: unknown = secureJson.parse(text)
  if (!isNestedAtMost(deepest, value)) throw new Error(`nested deeper than ${deepest}`)
  if (surrogateEscape.test(text)) assertWellFormed(value)
  return value
}

function assertWellFormed(value: unknown): void {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Error('a lone surrogate')
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    assertWellFormed(key)
    assertWellFormed(inner)
  }
}
