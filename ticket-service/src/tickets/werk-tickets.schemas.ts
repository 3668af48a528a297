import Type, { type Static } from 'typebox'
import { ticketStatuses } from './ticket-status.ts'

const id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const optionalId = Type.Optional(
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'absent or 0: the default' }),
)

const fields = {
  source_id: optionalId,
  creator_id: optionalId,
  customer_id: optionalId,
  category_id: optionalId,
  type_id: optionalId,
  priority_id: optionalId,
  title: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
  description: Type.String({ minLength: 1, maxLength: 65_535, pattern: '\\S' }),
}

/** The fields of a ticket as parts of a form, or as its part `request`. */
export const TicketFields = Type.Object(fields)
export type TicketFields = Static<typeof TicketFields>

/** The JSON body. */
export const CreateTicketBody = Type.Object({
  ...fields,
  attachments: Type.Optional(
    Type.Array(
      Type.Object({
        filename: Type.String({ minLength: 1, maxLength: 1000 }),
        content_type: Type.Optional(Type.String({ maxLength: 255 })),
        content_base64: Type.String(),
      }),
    ),
  ),
})
export type CreateTicketBody = Static<typeof CreateTicketBody>

/** How the form is described; reading it checks its fields as `TicketFields`. */
export const CreateTicketForm = Type.Object({
  ...fields,
  request: Type.Optional(
    Type.String({ description: 'all of the fields as one JSON part, instead of parts of their own' }),
  ),
  'attachments[]': Type.Optional(Type.Array(Type.String({ format: 'binary' }))),
})

/** InvGate's own answer, whatever is in it, and always an id. */
const CreatedTicketBody = Type.Object({ id }, { additionalProperties: true })
/** By content type, because what is sent is made once and kept for a replay: Fastify must not serialize it again. */
export const createdTicketAnswer = {
  description: 'created',
  content: { 'application/json': { schema: Type.Unsafe<Buffer>(CreatedTicketBody) } },
}

const Attachment = Type.Object({
  id: Type.String(),
  filename: Type.String(),
  content_type: Type.String(),
  size: Type.Integer(),
  sha256: Type.String(),
  url: Type.String({ description: 'path of the download' }),
})

const ticket = {
  id: Type.Integer({ description: "InvGate's id" }),
  title: Type.String(),
  description: Type.String(),
  source_id: id,
  creator_id: id,
  customer_id: id,
  category_id: id,
  type_id: id,
  priority_id: id,
  creator_email: Type.String(),
  status: Type.Enum([...ticketStatuses]),
  created_at: Type.String(),
  updated_at: Type.String(),
}
export const WerkTicket = Type.Object(ticket)
export const WerkTicketDetail = Type.Object({ ...ticket, attachments: Type.Array(Attachment) })

export const TicketParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "InvGate's id" }),
})

export const ListQuery = Type.Object({
  creator_id: Type.Optional(Type.String({ maxLength: 320, description: "the creator's e-mail" })),
  page_key: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
})
export const TicketList = Type.Object({
  page_key: Type.Union([Type.String(), Type.Null()]),
  data: Type.Array(WerkTicket),
})
