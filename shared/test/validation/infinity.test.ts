import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { createAjv } from '../../src/validation/ajv.ts'

const bounded = Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 100 }) })

test('infinity is beyond every bound, however it is written', () => {
  const isText = createAjv({ coerceTypes: true }).compile(bounded)
  for (const limit of ['Infinity', '-Infinity', '1e999', '-1e999', 'NaN', '0', '101', '1.5'])
    assert.equal(isText({ limit }), false, limit)
  for (const limit of ['1', '100', '1e2']) assert.equal(isText({ limit }), true, limit)
  const isJson = createAjv().compile(bounded)
  for (const limit of [Infinity, -Infinity, Number.NaN, '5']) assert.equal(isJson({ limit }), false)
})
