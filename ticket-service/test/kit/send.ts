import type { Member } from './desk.ts'
import type { TicketService } from './ticket-service.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request in somebody's name. */
export const send = (
  app: Pick<TicketService['app'], 'inject'>,
  by: Member,
  method: Method,
  url: string,
  payload?: object,
  headers: object = {},
) =>
  app.inject({
    method,
    url,
    headers: { ...by.headers, ...headers },
    ...(payload !== undefined && { payload }),
  })
