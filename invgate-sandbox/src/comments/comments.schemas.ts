import Type from 'typebox'
import { flag } from '../api/parameters.ts'
import { dateFormat } from '../incidents/date-format.ts'

export const newComment = Type.Object({
  request_id: Type.Integer(),
  comment: Type.String({ minLength: 1 }),
  author_id: Type.Integer(),
  is_solution: Type.Optional(flag),
  customer_visible: Type.Optional(flag),
})

export const commentsQuery = Type.Object({ request_id: Type.Integer(), date_format: dateFormat })
