import Type, { type Static } from 'typebox'
import { FieldChangesWire, TicketFieldsWire } from '../custom-fields/ticket-fields.schemas.ts'
import { cursorQuery } from '../paging/cursor.request.ts'
import { ticketCategories, ticketPriorities } from './ticket-kinds.ts'
import { ticketStatuses } from './ticket-status.ts'

/** The wire of contract 7. */

const Account = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const Category = Type.Enum([...ticketCategories])
const Priority = Type.Enum([...ticketPriorities])
const Status = Type.Enum([...ticketStatuses])
const time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))
export const AttachmentUrl = Type.String({
  minLength: 1,
  maxLength: 2048,
  description:
    'what POST /attachments gave, or any http or https URL, which is kept as text and never fetched',
})

export const RaiseBody = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
  category: Category,
  priority: Priority,
  description: Type.String({ minLength: 1, maxLength: 65_535, pattern: '\\S' }),
  attachment_url: Type.Optional(AttachmentUrl),
  member_id: Type.Optional({ ...Account, description: 'whom it is about, for staff that raises it' }),
  fields: Type.Optional(TicketFieldsWire),
})

export const TicketParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

/** What a list is narrowed to. */
export const ticketFilters = {
  status: Type.Optional(Status),
  priority: Type.Optional(Priority),
  category: Type.Optional(Category),
  member_id: Type.Optional(Account),
  agent_id: Type.Optional(Account),
  unassigned: Type.Optional(Type.Boolean({ description: 'true: only what nobody is assigned to' })),
  creator: Type.Optional(Type.String({ maxLength: 320, description: "the creator's login name" })),
  created_from: time('inclusive'),
  created_to: time('exclusive'),
  overdue: Type.Optional(Type.Boolean({ description: 'true: only what is past one of its due times' })),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'words, or beginnings of words, that are all in the title and description or all in one reply; a text without blanks between its words, such as Chinese, is found by its beginning',
    }),
  ),
  tag: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'for those who answer tickets' }),
  ),
}
export const FilterQuery = Type.Object(ticketFilters)
export type FilterQuery = Static<typeof FilterQuery>

export const TicketsQuery = Type.Object({ ...cursorQuery, ...ticketFilters })
export type TicketsQuery = Static<typeof TicketsQuery>

export const UpdateBody = Type.Object(
  {
    status: Type.Optional(Status),
    agent_id: Type.Optional(Type.Union([Account, Type.Null()], { description: 'null: nobody' })),
    waiting: Type.Optional(Type.Boolean({ description: 'whether it waits for its requester' })),
    fields: Type.Optional(FieldChangesWire),
  },
  { minProperties: 1 },
)

export const IfMatchHeader = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'the ETag of the ticket as it was read; another version answers 412' }),
  ),
})

export const TicketWire = Type.Object({
  id: Type.String(),
  tenant_id: Type.Integer(),
  user_id: Type.Integer({ description: 'the requester; 0 where no account is known' }),
  member_id: Type.Optional(Type.Integer()),
  agent_id: Type.Optional(Type.Integer()),
  title: Type.String(),
  category: Type.String(),
  priority: Type.String(),
  status: Type.String(),
  escalation_level: Type.Integer(),
  description: Type.String(),
  attachment_url: Type.Optional(Type.String()),
  created_at: Type.String(),
  updated_at: Type.String(),
  inv_gate_id: Type.Optional(Type.Integer({ description: 'absent until InvGate has it' })),
  creator: Type.String({ description: "the requester's login name" }),
  waiting_since: Type.Optional(Type.String()),
  response_due_at: Type.Optional(Type.String()),
  resolution_due_at: Type.Optional(Type.String()),
  first_response_at: Type.Optional(Type.String()),
  closed_at: Type.Optional(Type.String()),
  merged_into: Type.Optional(Type.String()),
  version: Type.Integer(),
  fields: Type.Optional(TicketFieldsWire),
})
export type TicketWire = Static<typeof TicketWire>
