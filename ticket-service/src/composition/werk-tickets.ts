import type { Authenticate } from '@werk/shared/auth/authenticate'
import { createKeyScope } from '@werk/shared/idempotency/idempotency-key'
import type { MultipartLimits } from '../attachments/read-multipart.ts'
import { createCreateTicket } from '../tickets/create-ticket.ts'
import { createFindCaller } from '../tickets/find-caller.ts'
import { createGetTicket } from '../tickets/get-ticket.ts'
import { createListTickets } from '../tickets/list-tickets.ts'
import { createReadTicketRequest } from '../tickets/werk-tickets.request.ts'
import { registerWerkTicketRoutes } from '../tickets/werk-tickets.routes.ts'
import type { composeIntents, Parts } from './intents.ts'
import { ticketDefaults } from './ticket-defaults.ts'

type WerkParts = Parts & Pick<ReturnType<typeof composeIntents>, 'journal'> & { limits: MultipartLimits }

const longestLookUpMs = 3000

/** Contract 5: tickets that InvGate has when they are answered. */
export function composeWerkTickets(parts: WerkParts) {
  const { app, config, invgate, desk } = parts
  const findCaller = createFindCaller({
    invgate,
    defaultUserId: config.ARMMADA_DEFAULT_CREATOR_ID,
    // The create that follows has a time limit of its own.
    timeoutMs: Math.min(longestLookUpMs, config.ARMMADA_TIMEOUT_MS),
  })

  return {
    register(authenticate: Authenticate): void {
      registerWerkTicketRoutes(app, {
        authenticate,
        readTicketRequest: createReadTicketRequest({ ...parts, keyScopes: createKeyScope(config) }),
        createTicket: createCreateTicket({ ...parts, findCaller, defaults: ticketDefaults(config) }),
        listTickets: createListTickets({ ...parts, defaultPageKey: config.ARMMADA_PAGE_KEY }),
        getTicket: createGetTicket({
          ...parts,
          takeOver: desk.takeOver,
          freshMs: config.MIRROR_FRESH_MS,
          refreshTimeoutMs: config.MIRROR_REFRESH_TIMEOUT_MS,
          logger: app.log,
        }),
        bodyLimit: config.TICKET_BODY_LIMIT_BYTES,
      })
    },
  }
}
