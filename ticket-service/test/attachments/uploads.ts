import assert from 'node:assert/strict'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { file, form } from '../kit/multipart.ts'
import type { TicketService } from '../kit/ticket-service.ts'

export type Claims = { sub: string } & Record<string, unknown>
export type SentUpload = {
  id: string
  attachment_url: string
  filename: string
  content_type: string
  size: number
  sha256: string
}

/** Sends a file by itself. */
export async function upload(
  { app }: Pick<TicketService, 'app'>,
  claims: Claims,
  content: string | Buffer = 'content',
  filename = 'a.txt',
): Promise<SentUpload> {
  const body = form(file(filename, content))
  const answer = await app.inject({
    method: 'POST',
    url: '/attachments',
    headers: { ...bearer(claims), ...body.headers },
    payload: body.payload,
  })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data
}

/** Raises a ticket, with a file where one is named, and gives its UUID. */
export async function raise(
  { app }: Pick<TicketService, 'app'>,
  claims: Claims,
  attachmentUrl?: string,
): Promise<string> {
  const answer = await postTicket({ app }, claims, attachmentUrl)
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data.id
}

export function postTicket(
  { app }: Pick<TicketService, 'app'>,
  claims: Claims,
  attachmentUrl?: string,
  headers: Record<string, string> = {},
) {
  return app.inject({
    method: 'POST',
    url: '/tickets',
    headers: { ...bearer(claims), ...headers },
    payload: {
      ...{ title: 'a', category: 'billing', priority: 'low', description: 'b' },
      ...(attachmentUrl !== undefined && { attachment_url: attachmentUrl }),
    },
  })
}

export function reply(
  { app }: Pick<TicketService, 'app'>,
  claims: Claims,
  ticketId: string,
  body: { attachment_url: string; internal?: boolean },
) {
  return app.inject({
    method: 'POST',
    url: `/tickets/${ticketId}/replies`,
    headers: bearer(claims),
    payload: { message: 'm', ...body },
  })
}
