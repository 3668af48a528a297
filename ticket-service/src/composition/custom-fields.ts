import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import { appendAudit } from '../audit/audit.repository.ts'
import { createCustomFieldsRepository } from '../custom-fields/custom-fields.repository.ts'
import { registerCustomFieldRoutes } from '../custom-fields/custom-fields.routes.ts'
import { createFieldValuesRepository } from '../custom-fields/field-values.repository.ts'
import { createFindCustomFields } from '../custom-fields/find-custom-fields.ts'
import { createGetTicketFields } from '../custom-fields/get-ticket-fields.ts'
import { createListCustomFields, createListOfferedFields } from '../custom-fields/list-custom-fields.ts'
import {
  createChangeCustomField,
  createCreateCustomField,
  createDeleteCustomField,
} from '../custom-fields/manage-custom-fields.ts'
import type { DeskParts } from './desk-parts.ts'

type Parts = { app: App; pool: Pool; desk: DeskParts; clock: { now(): Date } }

/** What other features need of a ticket's custom fields. */
export type FieldParts = ReturnType<typeof composeCustomFields>['fields']

/** What a tenant asks of its tickets besides what all tickets have. */
export function composeCustomFields({ app, pool, desk, clock }: Parts) {
  const customFields = createCustomFieldsRepository(pool)
  const fieldValues = createFieldValuesRepository(pool)
  const findCustomFields = createFindCustomFields({ customFields, clock })
  const getTicketFields = createGetTicketFields({ findCustomFields, fieldValues })

  return {
    fields: { findCustomFields, fieldValues, getTicketFields },

    register(authenticate: Authenticate): void {
      const forgetFields = findCustomFields.forget
      const managing = { ...desk, customFields, fieldValues, appendAudit, forgetFields }
      registerCustomFieldRoutes(app, {
        ...{ authenticate, clock },
        listCustomFields: createListCustomFields({ customFields }),
        listOfferedFields: createListOfferedFields({ findCustomFields }),
        createCustomField: createCreateCustomField(managing),
        changeCustomField: createChangeCustomField(managing),
        deleteCustomField: createDeleteCustomField(managing),
      })
    },
  }
}
