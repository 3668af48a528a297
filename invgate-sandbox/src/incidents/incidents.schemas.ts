import Type from 'typebox'
import { flag } from '../api/parameters.ts'
import { dateFormat } from './date-format.ts'

export const newIncident = Type.Object({
  creator_id: Type.Integer(),
  customer_id: Type.Integer(),
  category_id: Type.Integer(),
  priority_id: Type.Integer(),
  type_id: Type.Integer(),
  title: Type.String({ minLength: 1 }),
  description: Type.String({ minLength: 1 }),
  source_id: Type.Optional(Type.Integer()),
  location_id: Type.Optional(Type.Integer()),
  date: Type.Optional(Type.Integer()),
})

const shape = { comments: Type.Optional(flag), date_format: dateFormat }
const limit = Type.Integer({ minimum: 1, maximum: 1000, default: 100 })
const pageKey = Type.Optional(Type.String())

export const incidentQuery = Type.Object({ id: Type.Integer(), ...shape })
export const incidentsQuery = Type.Object({ 'ids[]': Type.Array(Type.Integer(), { minItems: 1 }), ...shape })
export const lastHourQuery = Type.Object({ limit, page_key: pageKey, ...shape })

export const personQuery = Type.Object({
  id: Type.Optional(Type.Integer()),
  email: Type.Optional(Type.String({ minLength: 1 })),
  username: Type.Optional(Type.String({ minLength: 1 })),
  limit,
  page_key: pageKey,
  ...shape,
})

const slice = { limit, offset: Type.Integer({ minimum: 0, default: 0 }) }
const idList = Type.Array(Type.Integer(), { minItems: 1 })

export const statusQuery = Type.Object({ 'status_ids[]': idList, ...slice })
export const helpdeskQuery = Type.Object({ 'helpdesk_ids[]': idList, ...slice })
