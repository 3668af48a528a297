import { Ajv, type AnySchema, type ErrorObject, type Options } from 'ajv'
import formatsModule from 'ajv-formats'
import { hasAtMost } from './extent.ts'

const addFormats = formatsModule.default

export type Validator<T> = {
  (value: unknown): value is T
  /** What was wrong with the value that was judged last. */
  errors: ErrorObject[]
}

export type Validators = {
  compile<T = unknown>(schema: AnySchema): Validator<T>
  /** @param test whether a text is of the format */
  addFormat(name: string, test: (text: string) => boolean): void
}

type Coercion = Pick<Options, 'coerceTypes'>

/** Of a value with more in it than this, at any depth, only the first fault is reported. */
const mostValues = 5000

/**
 * Makes JSON Schema validators. All faults are reported, not only the first; but for every entry of a list to be wrong costs
 * more than the list, so a large value, which anybody can send, is left at its first fault.
 * @param options `coerceTypes` for values that arrive as text (query, params, headers, environment); never for JSON.
 */
export function createAjv(options: Coercion = {}): Validators {
  const first = makeAjv({ ...options, allErrors: false })
  const thorough = makeAjv({ ...options, allErrors: true })
  return {
    compile<T>(schema: AnySchema): Validator<T> {
      const isGood = first.compile<T>(schema)
      const judge = (value: unknown): value is T => {
        if (isGood(value)) return true
        const found = isGood.errors ?? []
        // Compiled at its first use, which most of them never see.
        const all = hasAtMost(mostValues, value) ? thorough.compile<T>(schema) : isGood
        if (all !== isGood) all(value)
        validator.errors = all.errors ?? found
        return false
      }
      const validator: Validator<T> = Object.assign(judge, { errors: [] })
      return validator
    },

    addFormat(name, test) {
      for (const ajv of [first, thorough]) ajv.addFormat(name, test)
    },
  }
}

function makeAjv(options: Coercion & { allErrors: boolean }): Ajv {
  // What was converted is not judged by its type again, and bounds that are for finite numbers would let infinity pass.
  const strictNumbers = options.coerceTypes !== true
  const ajv = new Ajv({ useDefaults: true, strict: 'log', allowUnionTypes: true, strictNumbers, ...options })
  addFormats(ajv)
  return ajv
}
