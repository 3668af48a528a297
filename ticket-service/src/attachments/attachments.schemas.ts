import Type, { type Static } from 'typebox'

export const AttachmentParams = Type.Object({
  id: Type.String({ description: 'the ticket: its UUID, or its number in InvGate', maxLength: 36 }),
  attachmentId: Type.String({ maxLength: 36 }),
})

const content = {
  content: { 'application/octet-stream': { schema: Type.Any({ description: 'the file' }) } },
}
export const downloadAnswers = {
  200: { description: 'the whole file', ...content },
  206: { description: 'the range that was asked for', ...content },
  304: { description: 'unchanged since the ETag that was named', ...content },
}

export const UploadParams = Type.Object({ id: Type.String({ maxLength: 36 }) })

/** The JSON body of an upload. */
export const UploadBody = Type.Object({
  filename: Type.String({ minLength: 1, maxLength: 1000 }),
  content_type: Type.Optional(Type.String({ maxLength: 255 })),
  content_base64: Type.String(),
})
export type UploadBody = Static<typeof UploadBody>

/** How the form is described. */
export const UploadForm = Type.Object({
  'attachments[]': Type.String({
    format: 'binary',
    description: 'one file; attachments or file will do too',
  }),
})

export const UploadWire = Type.Object({
  id: Type.String({ description: 'UUID' }),
  attachment_url: Type.String({
    description: 'what a ticket or a reply names it by; the path of its download',
  }),
  filename: Type.String(),
  content_type: Type.String({ description: 'what its first bytes speak of, else application/octet-stream' }),
  size: Type.Integer({ description: 'bytes' }),
  sha256: Type.String({ description: 'hex' }),
})

export const DownloadUrl = Type.Object({
  url: Type.String({
    description: 'gives the file to whoever has it; a path of this service, or an address',
  }),
  expires_at: Type.String({ description: 'RFC 3339' }),
})

export const DownloadQuery = Type.Object({ token: Type.String({ maxLength: 500 }) })

/** A file of a ticket, whether it was raised with it or named later. */
export const TicketFile = Type.Object({
  id: Type.String(),
  url: Type.String({ description: 'path of the download' }),
  filename: Type.String(),
  content_type: Type.String(),
  size: Type.Integer(),
  sha256: Type.String(),
  reply_id: Type.Optional(Type.String({ description: 'the reply that names it' })),
  created_at: Type.String(),
})
