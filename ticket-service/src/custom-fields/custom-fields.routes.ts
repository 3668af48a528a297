import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { refuseAllButManagers } from '../administration/access.request.ts'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import {
  ChangeBody,
  CreateBody,
  CustomFieldWire,
  DeleteQuery,
  FieldParams,
  OfferedFieldWire,
  OfferedQuery,
} from './custom-fields.schemas.ts'
import { toChanges, toNewDefinition, toWireField, toWireOffered } from './custom-fields.wire.ts'
import type { ListCustomFields, ListOfferedFields } from './list-custom-fields.ts'
import type { ChangeCustomField, CreateCustomField, DeleteCustomField } from './manage-custom-fields.ts'

type Needs = {
  authenticate: Authenticate
  listCustomFields: ListCustomFields
  listOfferedFields: ListOfferedFields
  createCustomField: CreateCustomField
  changeCustomField: ChangeCustomField
  deleteCustomField: DeleteCustomField
  clock: { now(): Date }
}

const common = { tags: ['Custom fields'], security: [{ bearer: [] }] }
const path = '/admin/custom-fields'

/** What a tenant asks of its tickets besides: for its admins and vendors, and for whoever fills in a form. */
export function registerCustomFieldRoutes(app: App, needs: Needs): void {
  const { listCustomFields, createCustomField, changeCustomField, deleteCustomField, clock } = needs
  const onRequest = [needs.authenticate, refuseAllButManagers]

  app.get(
    '/custom-fields',
    {
      onRequest: needs.authenticate,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'What a ticket that the caller raises can have, in the order in which it is shown',
        querystring: OfferedQuery,
        response: { 200: Envelope(Type.Array(OfferedFieldWire)) },
      },
    },
    async (request) => {
      const { category = null } = request.query
      const fields = await needs.listOfferedFields(scopeOf(request), category)
      return envelope(request, fields.map(toWireOffered))
    },
  )

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: "All of the tenant's, 100 at most",
        response: { 200: Envelope(Type.Array(CustomFieldWire)) },
      },
    },
    async (request) => envelope(request, (await listCustomFields(request.tenantId)).map(toWireField)),
  )

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Add one',
        body: CreateBody,
        response: { 201: Envelope(CustomFieldWire) },
      },
    },
    async (request, reply) => {
      const definition = toNewDefinition(request.body)
      const field = await createCustomField(request.tenantId, definition, byOf(request, clock))
      reply.code(201)
      return envelope(request, toWireField(field), { message: 'the field is there' })
    },
  )

  app.patch(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Change what is named; its type only while no ticket has a value of it',
        params: FieldParams,
        body: ChangeBody,
        response: { 200: Envelope(CustomFieldWire) },
      },
    },
    async (request) => {
      const changes = toChanges(request.body)
      const field = await changeCustomField(targetOf(request), changes, byOf(request, clock))
      return envelope(request, toWireField(field))
    },
  )

  app.delete(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delete one that no ticket has a value of, or with force=true its values as well',
        params: FieldParams,
        querystring: DeleteQuery,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { force } = request.query
      await deleteCustomField(targetOf(request), { force }, byOf(request, clock))
      return envelope(request, null, { message: 'the field is gone' })
    },
  )
}

function targetOf(request: FastifyRequest<{ Params: { id: string } }>) {
  return { tenantId: request.tenantId, id: request.params.id }
}
