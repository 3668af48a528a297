import { bearer } from '@werk/shared/test-kit/sign-token'
import { file, form } from './multipart.ts'
import type { TicketService } from './ticket-service.ts'

export const mara = bearer({ sub: 'mara@example.com', invgate_id: 77 })

type Wanted = {
  title: string
  description?: string
  /** Of a file `a.txt`; without it the request is JSON. */
  content?: string
  key?: string
  headers?: { authorization: string }
  url?: string
}

/** Raises a ticket. */
export function postTicket(app: TicketService['app'], wanted: Wanted) {
  const { title, description = 'b', content, key, headers = mara, url = '/api/tickets' } = wanted
  const body =
    content === undefined
      ? { headers: {}, payload: { title, description } }
      : form(
          { name: 'title', content: title },
          { name: 'description', content: description },
          file('a.txt', content),
        )
  const keyed = key === undefined ? {} : { 'idempotency-key': key }
  return app.inject({
    method: 'POST',
    url,
    headers: { ...headers, ...keyed, ...body.headers },
    payload: body.payload,
  })
}
