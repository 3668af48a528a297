import { Ajv, type Options } from 'ajv'
import formatsModule from 'ajv-formats'

const addFormats = formatsModule.default

/**
 * Makes a JSON Schema validator. All faults are reported, not only the first.
 * @param options `coerceTypes` for values that arrive as text (query, params, headers, environment); never for JSON.
 */
export function createAjv(options: Pick<Options, 'coerceTypes'> = {}): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: 'log',
    allowUnionTypes: true,
    ...options,
  })
  addFormats(ajv)
  return ajv
}
