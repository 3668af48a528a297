import type { ErrorObject } from 'ajv'
import type { FieldErrors } from '../errors/app-error.ts'

/** More would be read by nobody. */
const mostFields = 100

/**
 * Turns a validator's findings into sentences per field: which field, what is wrong, what is allowed. Of the fields the
 * first hundred.
 */
export function explain(found: readonly ErrorObject[]): FieldErrors {
  const errors = new Map<string, string[]>()
  for (const error of found) {
    const field = fieldOf(error)
    if (errors.size >= mostFields && !errors.has(field)) continue
    const sentences = errors.get(field) ?? []
    const sentence = sentenceFor(error)
    if (!sentences.includes(sentence)) errors.set(field, [...sentences, sentence])
  }
  return Object.fromEntries(errors)
}

/** One sentence for all of them: `title is required; priority_id must be an integer`. */
export function summarize(errors: FieldErrors): string {
  return Object.entries(errors)
    .map(([field, sentences]) => `${field} ${sentences.join(' and ')}`)
    .join('; ')
}

function fieldOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.')
  const missing = error.keyword === 'required' ? String(error.params.missingProperty) : ''
  const unknown = error.keyword === 'additionalProperties' ? String(error.params.additionalProperty) : ''
  return [path, missing, unknown].filter((part) => part !== '').join('.') || 'body'
}

function sentenceFor({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'type':
      return `must be ${article(String(params.type))}`
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`
    case 'const':
      return `must be ${params.allowedValue}`
    case 'minLength':
      return params.limit === 1 ? 'must not be empty' : `must be at least ${params.limit} characters long`
    case 'maxLength':
      return `must be at most ${params.limit} characters long`
    case 'minimum':
      return `must be at least ${params.limit}`
    case 'maximum':
      return `must be at most ${params.limit}`
    case 'maxItems':
      return `must have at most ${params.limit} entries`
    case 'additionalProperties':
      return 'is not accepted here'
    case 'minProperties':
      return 'must not be empty'
    case 'format':
      return `must be a valid ${params.format}`
    default:
      return message ?? 'is invalid'
  }
}

function article(type: string): string {
  return type
    .split(',')
    .map((name) => (/^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`))
    .join(' or ')
}
