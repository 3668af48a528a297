import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { ticketScopeOf } from '../tickets/ticket-policy.ts'
import type { AttachmentStore } from './attachment-store.ts'
import {
  DownloadQuery,
  DownloadUrl,
  downloadAnswers,
  TicketFile,
  UploadBody,
  UploadForm,
  UploadParams,
  UploadWire,
} from './attachments.schemas.ts'
import type { CreateDownloadUrl } from './create-download-url.ts'
import { toDownloadUrlWire } from './downloads.wire.ts'
import type { FindLinkedFile } from './find-linked-file.ts'
import type { GetUpload } from './get-upload.ts'
import type { ListAttachments } from './list-attachments.ts'
import { sendDownload } from './send-download.wire.ts'
import type { StoreUpload } from './store-upload.ts'
import type { ReadUpload } from './uploads.request.ts'
import { toTicketFilesWire, toUploadWire } from './uploads.wire.ts'

type Needs = {
  authenticate: Authenticate
  readUpload: ReadUpload
  storeUpload: StoreUpload
  getUpload: GetUpload
  listAttachments: ListAttachments
  createDownloadUrl: CreateDownloadUrl
  findLinkedFile: FindLinkedFile
  attachmentStore: AttachmentStore
  /** Bytes of a JSON body. */
  bodyLimit: number
}

const common = { tags: ['Attachments'], security: [{ bearer: [] }] }

/** Files that are sent by themselves, and that tickets and replies name by their `attachment_url` (contract 7). */
export function registerUploadRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, getUpload, createDownloadUrl, attachmentStore } = needs

  app.post(
    '/attachments',
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      bodyLimit: needs.bodyLimit,
      // The body has two forms; reading it also checks it.
      validatorCompiler: () => () => true,
      schema: {
        ...common,
        summary: 'Send a file for a ticket or a reply to name',
        body: {
          content: {
            'application/json': { schema: UploadBody },
            'multipart/form-data': { schema: UploadForm },
          },
        },
        response: { 201: Envelope(UploadWire) },
      },
    },
    async (request, reply) => {
      const file = await needs.readUpload(request)
      const upload = await needs.storeUpload(callerOf(request), request.tenantId, file)
      reply.code(201)
      return envelope(request, toUploadWire(upload), { message: 'the file is kept' })
    },
  )

  app.route({
    // HEAD by name: the one that Fastify adds by itself announces no bytes.
    method: ['GET', 'HEAD'],
    url: '/attachments/:id',
    onRequest,
    config: { apiScope: 'tickets:read' },
    schema: { ...common, summary: 'Download a file', params: UploadParams, response: downloadAnswers },
    handler: async (request, reply) => {
      const scope = ticketScopeOf(callerOf(request), request.tenantId)
      return sendDownload(request, reply, await getUpload(scope, request.params.id), attachmentStore)
    },
  })

  app.post(
    '/attachments/:id/url',
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'An address of the file that works for a short time without a token',
        params: UploadParams,
        response: { 200: Envelope(DownloadUrl) },
      },
    },
    async (request, reply) => {
      const scope = ticketScopeOf(callerOf(request), request.tenantId)
      const upload = await getUpload(scope, request.params.id)
      const link = { tenantId: scope.tenantId, ticketId: null, id: upload.id }
      reply.header('cache-control', 'no-store')
      return envelope(request, toDownloadUrlWire(await createDownloadUrl(link, upload)))
    },
  )

  app.get(
    '/tickets/:id/attachments',
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'The files of a ticket and its replies; of the replies the first 1,000',
        params: UploadParams,
        response: { 200: Envelope(Type.Array(TicketFile)) },
      },
    },
    async (request) => {
      const scope = ticketScopeOf(callerOf(request), request.tenantId)
      return envelope(request, toTicketFilesWire(await needs.listAttachments(scope, request.params.id)))
    },
  )

  app.route({
    method: ['GET', 'HEAD'],
    // The token is in the query, which no log line of ours has.
    url: '/downloads',
    schema: {
      tags: common.tags,
      summary: 'Download by an address that was given out for a short time',
      querystring: DownloadQuery,
      response: downloadAnswers,
    },
    handler: async (request, reply) => {
      const file = await needs.findLinkedFile(request.query.token)
      // No copy outlives the address.
      return sendDownload(request, reply, file, attachmentStore, 'private, no-store')
    },
  })
}
