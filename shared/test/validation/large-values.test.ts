import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { createAjv } from '../../src/validation/ajv.ts'
import { hasAtMost, isNestedAtMost } from '../../src/validation/extent.ts'

const schema = Type.Object({ list: Type.Array(Type.String(), { maxItems: 10 }), n: Type.Integer() })

test('of a large value only the first fault is looked for, so that to judge it costs no more than to read it', () => {
  const validate = createAjv().compile(schema)
  const large = { list: Array(1_000_000).fill(0) }
  assert.equal(validate(large), false)
  assert.equal(validate.errors.length, 1)
  assert.equal(validate({ list: [0, 1], n: 'x' }), false)
  assert.equal(validate.errors.length, 3)
})

test('defaults and conversions are as they are for a value without fault', () => {
  const lenient = createAjv({ coerceTypes: true }).compile(
    Type.Object({ n: Type.Integer(), kind: Type.String({ default: 'a' }), other: Type.Integer() }),
  )
  const value = { n: '7', other: 'x' }
  assert.equal(lenient(value), false)
  assert.deepEqual(
    lenient.errors.map(({ instancePath }) => instancePath),
    ['/other'],
  )
  const good = { n: '7', other: '8' }
  assert.equal(lenient(good), true)
  assert.deepEqual(good, { n: 7, kind: 'a', other: 8 })
})

test('what lies in a value is counted at any depth, up to the bound', () => {
  assert.equal(hasAtMost(5, { a: [1, 2], b: 'x' }), true)
  assert.equal(hasAtMost(4, { a: [1, 2], b: 'x' }), false)
  assert.equal(hasAtMost(1, null), true)
})

test('nesting is measured without going down it', () => {
  const nested = (deep: number) => JSON.parse('['.repeat(deep) + ']'.repeat(deep))
  assert.equal(isNestedAtMost(3, nested(3)), true)
  assert.equal(isNestedAtMost(3, nested(4)), false)
  assert.equal(isNestedAtMost(3, { a: [{}], b: 7 }), true)
  assert.equal(isNestedAtMost(3, { a: [{ b: {} }] }), false)
  assert.equal(isNestedAtMost(100, nested(100_000)), false)
})
