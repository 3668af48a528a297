import Type, { type Static } from 'typebox'
import { ticketCategories } from '../tickets/ticket-kinds.ts'
import { fieldTypes, fieldViewers } from './custom-field.ts'

/** Not `__proto__`, which JSON bodies are refused for. */
const Key = Type.String({
  pattern: '^(?!__proto__$)[a-z0-9_]{1,40}$',
  description: 'what it is called in requests; unique in the tenant',
})
const Label = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })
const FieldTypeWire = Type.Enum([...fieldTypes])
const Category = Type.Enum([...ticketCategories])
const CategoryOrAll = Type.Union([Category, Type.Null()], {
  description: 'which tickets have it; null: all',
})
const Option = Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S([^;\\p{Cc}]*\\S)?$' })
const Options = Type.Array(Option, {
  maxItems: 50,
  uniqueItems: true,
  description: 'what may be chosen, of select and multiselect; no semicolons',
})
const Required = Type.Boolean({ description: 'of tickets raised by POST /tickets, by whoever sees it' })
const Position = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const VisibleTo = Type.Enum([...fieldViewers], { description: 'staff: those who answer the ticket' })

export const CreateBody = Type.Object(
  {
    key: Key,
    label: Label,
    type: FieldTypeWire,
    category: Type.Optional(CategoryOrAll),
    required: Type.Optional(Required),
    options: Type.Optional(Options),
    position: Type.Optional(Position),
    active: Type.Optional(Type.Boolean()),
    visible_to: Type.Optional(VisibleTo),
  },
  { additionalProperties: false },
)
export type CreateBody = Static<typeof CreateBody>

export const ChangeBody = Type.Object(
  {
    key: Type.Optional(Key),
    label: Type.Optional(Label),
    type: Type.Optional(FieldTypeWire),
    category: Type.Optional(CategoryOrAll),
    required: Type.Optional(Required),
    options: Type.Optional(Options),
    position: Type.Optional(Position),
    active: Type.Optional(Type.Boolean()),
    visible_to: Type.Optional(VisibleTo),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeBody = Static<typeof ChangeBody>

export const FieldParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })
export const DeleteQuery = Type.Object({
  force: Type.Boolean({ default: false, description: 'true: the values that tickets have go with it' }),
})
export const OfferedQuery = Type.Object({ category: Type.Optional(Category) })

const offered = {
  key: Type.String(),
  label: Type.String(),
  type: FieldTypeWire,
  category: CategoryOrAll,
  required: Type.Boolean(),
  options: Type.Array(Type.String()),
}
export const OfferedFieldWire = Type.Object(offered)
export type OfferedFieldWire = Static<typeof OfferedFieldWire>

export const CustomFieldWire = Type.Object({
  id: Type.String(),
  ...offered,
  position: Type.Integer(),
  active: Type.Boolean(),
  visible_to: VisibleTo,
  created_at: Type.String(),
  updated_at: Type.String(),
})
export type CustomFieldWire = Static<typeof CustomFieldWire>
