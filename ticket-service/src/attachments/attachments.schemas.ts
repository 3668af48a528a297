import Type from 'typebox'

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
