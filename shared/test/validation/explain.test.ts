import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type, { type TSchema } from 'typebox'
import { createAjv } from '../../src/validation/ajv.ts'
import { explain, summarize } from '../../src/validation/explain.ts'

function explained(schema: TSchema, value: unknown) {
  const validate = createAjv().compile(schema)
  validate(value)
  return explain(validate.errors)
}

test('each fault names its field, what is wrong and what is allowed', () => {
  const schema = Type.Object({
    title: Type.String({ minLength: 1, maxLength: 3 }),
    size: Type.Integer({ minimum: 1, maximum: 5 }),
    kind: Type.Enum(['a', 'b']),
    list: Type.Array(Type.Object({ id: Type.Integer() }), { maxItems: 1 }),
    missing: Type.String(),
    email: Type.String({ format: 'email' }),
  })
  const value = { title: 'long', size: 9, kind: 'c', list: [{ id: 'x' }, {}], email: 'x' }
  assert.deepEqual(explained(schema, value), {
    missing: ['is required'],
    title: ['must be at most 3 characters long'],
    size: ['must be at most 5'],
    kind: ['must be one of a, b'],
    list: ['must have at most 1 entries'],
    'list.0.id': ['must be an integer'],
    'list.1.id': ['is required'],
    email: ['must be a valid email'],
  })
})

test('a body of the wrong type is called body', () => {
  assert.deepEqual(explained(Type.Object({}), null), { body: ['must be an object'] })
})

test('nothing is converted in JSON', () => {
  assert.deepEqual(explained(Type.Object({ n: Type.Integer() }), { n: '1' }), { n: ['must be an integer'] })
})

test('the summary is one sentence for all', () => {
  const sentence = summarize({ title: ['is required'], n: ['must be an integer', 'must be at least 1'] })
  assert.equal(sentence, 'title is required; n must be an integer and must be at least 1')
})

test('a field called like a member of every object is a field like any other', () => {
  const schema = Type.Object({ constructor: Type.String(), toString: Type.String() })
  assert.deepEqual(explained(schema, { constructor: 1, toString: 1 }), {
    constructor: ['must be a string'],
    toString: ['must be a string'],
  })
})
