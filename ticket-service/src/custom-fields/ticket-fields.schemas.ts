import Type from 'typebox'

const values = (nullable: boolean) => (nullable ? ', null removes' : '')
const fields = (nullable: boolean) =>
  Type.Record(Type.String(), Type.Unknown(), {
    maxProperties: 100,
    description: `values of the tenant's custom fields by key${values(nullable)}`,
  })

/** Of a ticket that is raised, or as it is shown. */
export const TicketFieldsWire = fields(false)
/** Of a ticket that is changed. */
export const FieldChangesWire = fields(true)
