import type { Role } from '@werk/shared/auth/principal'
import type { Part, Ticket } from './policy-world.ts'

/**
 * How each route of the service is held to contract 7; a route that is not here fails the test.
 * - `one`: reads one ticket. Who sees it is shown these parts, as far as they are theirs; to all others it is not there.
 * - `many`: reads what there is. It shows these parts of all that the viewer sees, or of the whole tenant.
 * - `search`: the same of what is found by a word.
 * - `change`: changes one ticket. To whoever does not see it, it is not there.
 * - `naming`: names another ticket in its body, or several. For one that the viewer does not see nothing happens.
 * - `managed`: for some roles alone; it shows no more of tickets than the viewer sees.
 * - `told`: what one was told, which is no more than the account that it was told to sees.
 * - `other`: is about no ticket that others have, or has a test of its own for that; it shows no more either.
 */
export type Route =
  | { kind: 'one'; shows: readonly Part[]; url(ticket: Ticket): string; more: OneMore }
  | { kind: 'many'; shows: readonly Part[]; url: string; roles: Roles; ofTenant?: true }
  | { kind: 'search'; shows: readonly Part[]; url(word: string): string }
  | { kind: 'change'; url(ticket: Pick<Ticket, 'id'>): string; payload?(other: Pick<Ticket, 'id'>): object }
  | { kind: 'naming'; url(seen: Pick<Ticket, 'id'>): string; payload(hidden: Pick<Ticket, 'id'>): object }
  | { kind: 'managed'; url: string; roles: Roles }
  | { kind: 'told'; url: string }
  /** `isOpen`: to whoever has no token. */
  | { kind: 'other'; url: string; why: string; isOpen?: true }

type Roles = readonly Role[] | 'admins' | 'all'
type OneMore = {
  roles?: Roles
  /** What it answers who sees the ticket in public alone, where that is not enough. */
  inPublic?: 403 | 404
  /** Whether the ticket has none of it: 404, whoever asks. */
  lacks?(ticket: Ticket): boolean
}

const staff = ['agent', 'vendor', 'admin'] as const
const managers = ['vendor', 'admin'] as const
const gates = ['committee', 'vendor', 'admin'] as const

const unknown = '01a22431-3d52-7125-8f80-c64f7c3b27aa'
const byId =
  (path: string) =>
  ({ id }: Pick<Ticket, 'id'>) =>
    path.replace('{id}', id)

function one(path: string, shows: readonly Part[], more: OneMore = {}): Route {
  return { kind: 'one', url: byId(path), shows, more }
}

function inWerk(path: string, shows: readonly Part[]): Route {
  return { kind: 'one', url: ({ invGateId }) => path.replace('{id}', String(invGateId)), shows, more: {} }
}

/** `file`: of the public reply; `notefile`: of the note. */
function download(file: 'file' | 'notefile', end = ''): Route {
  const more: OneMore = file === 'notefile' ? { inPublic: 404 } : {}
  return {
    kind: 'one',
    url: ({ uploads }) => `${uploads[file]}${end}`,
    shows: end === '' ? [file] : [],
    more,
  }
}

/** Attachments that were sent with a ticket of the Werk dialect; other tickets have none, for whoever sees them. */
function sent(prefix: string, end = ''): Route {
  const url = ({ id, uploads: { attachment } }: Ticket) => {
    const attachmentId = attachment?.split('/').at(-1) ?? unknown
    return `${prefix}/${id}/attachments/${attachmentId}${end}`
  }
  const shows: Part[] = end === '' ? ['attachment'] : []
  return { kind: 'one', url, shows, more: { lacks: ({ uploads }) => uploads.attachment === null } }
}

const many = (url: string, shows: readonly Part[], roles: Roles = 'all'): Route => ({
  kind: 'many',
  url,
  shows,
  roles,
})
function change(path: string, payload?: (other: Pick<Ticket, 'id'>) => object): Route {
  return { kind: 'change', url: byId(path), ...(payload && { payload }) }
}
const managed = (url: string, roles: Roles): Route => ({ kind: 'managed', url, roles })
const other = (url: string, why: string): Route => ({ kind: 'other', url, why })
const open = (url: string, why: string): Route => ({ kind: 'other', url, why, isOpen: true })

const ofChat = 'a chat is between two people until it is a ticket: test/chat'
const ofOwn = 'one’s own notifications'
export const routes: Record<string, Route | Route[]> = {
  // Contract 7.
  'GET /tickets/{id}': one('/tickets/{id}', ['title', 'description', 'field', 'secret']),
  'GET /tickets/{id}/replies': one('/tickets/{id}/replies?limit=100', ['reply', 'note']),
  'GET /vendor/tickets/{id}/replies': one('/vendor/tickets/{id}/replies?limit=100', ['reply', 'note'], {
    roles: managers,
  }),
  'GET /tickets/{id}/activities': one('/tickets/{id}/activities', ['field', 'secret', 'tag']),
  'GET /tickets': [
    many('/tickets?limit=100', ['title', 'description']),
    { kind: 'search', shows: ['title', 'description'], url: (word) => `/tickets?limit=100&q=${word}` },
  ],
  'POST /tickets': other('/tickets', 'raises one of one’s own'),
  'PATCH /tickets/{id}': change('/tickets/{id}', () => ({ status: 'in_progress' })),
  'POST /tickets/{id}/replies': change('/tickets/{id}/replies', () => ({ message: 'a reply' })),
  'POST /vendor/tickets/sla': managed('/vendor/tickets/sla', managers),
  'GET /vendor/tickets/sla': managed('/vendor/tickets/sla', managers),

  // Contract 5, by InvGate's ids.
  'GET /api/tickets/{id}': inWerk('/api/tickets/{id}', ['title', 'description', 'attachment']),
  'GET /api/v1/tickets/{id}': inWerk('/api/v1/tickets/{id}', ['title', 'description', 'attachment']),
  'GET /api/tickets': many('/api/tickets?limit=100', ['title', 'description']),
  'GET /api/v1/tickets': many('/api/v1/tickets?limit=100', ['title', 'description']),
  'POST /api/tickets': other('/api/tickets', 'raises one of one’s own'),
  'POST /api/v1/tickets': other('/api/v1/tickets', 'raises one of one’s own'),

  // Files.
  'GET /tickets/{id}/attachments': one('/tickets/{id}/attachments', [
    'attachment',
    'upload',
    'file',
    'notefile',
  ]),
  'GET /tickets/{id}/attachments/{attachmentId}': sent('/tickets'),
  'HEAD /tickets/{id}/attachments/{attachmentId}': sent('/tickets'),
  'GET /api/tickets/{id}/attachments/{attachmentId}': sent('/api/tickets'),
  'HEAD /api/tickets/{id}/attachments/{attachmentId}': sent('/api/tickets'),
  'GET /api/v1/tickets/{id}/attachments/{attachmentId}': sent('/api/v1/tickets'),
  'HEAD /api/v1/tickets/{id}/attachments/{attachmentId}': sent('/api/v1/tickets'),
  'POST /tickets/{id}/attachments/{attachmentId}/url': sent('/tickets', '/url'),
  'POST /api/tickets/{id}/attachments/{attachmentId}/url': sent('/api/tickets', '/url'),
  'POST /api/v1/tickets/{id}/attachments/{attachmentId}/url': sent('/api/v1/tickets', '/url'),
  'GET /attachments/{id}': [download('file'), download('notefile')],
  'HEAD /attachments/{id}': [download('file'), download('notefile')],
  'POST /attachments/{id}/url': [download('file', '/url'), download('notefile', '/url')],
  'POST /attachments': other('/attachments', 'takes a file of one’s own'),
  'GET /downloads': open('/downloads?token=x', 'by a signed address alone: test/attachments'),
  'HEAD /downloads': open('/downloads?token=x', 'by a signed address alone: test/attachments'),

  // What else a ticket has.
  'GET /tickets/{id}/tags': one('/tickets/{id}/tags', ['tag'], { inPublic: 403 }),
  'PUT /tickets/{id}/tags': change('/tickets/{id}/tags', () => ({ tags: ['taken'] })),
  'GET /tags': { kind: 'many', url: '/tags?limit=100', shows: ['tag'], roles: staff, ofTenant: true },
  'GET /tickets/{id}/watchers': one('/tickets/{id}/watchers', []),
  'POST /tickets/{id}/watchers': change('/tickets/{id}/watchers', () => ({})),
  'DELETE /tickets/{id}/watchers': change('/tickets/{id}/watchers'),
  'DELETE /tickets/{id}/watchers/{user_id}': change('/tickets/{id}/watchers/101'),
  'GET /tickets/{id}/links': one('/tickets/{id}/links', []),
  'POST /tickets/{id}/links': [
    change('/tickets/{id}/links', ({ id }) => ({ ticket_id: id, kind: 'relates' })),
    {
      kind: 'naming',
      url: byId('/tickets/{id}/links'),
      payload: ({ id }) => ({ ticket_id: id, kind: 'relates' }),
    },
  ],
  'DELETE /tickets/{id}/links/{link_id}': change(`/tickets/{id}/links/${unknown}`),
  'POST /tickets/{id}/merge': [
    change('/tickets/{id}/merge', ({ id }) => ({ into: id })),
    { kind: 'naming', url: byId('/tickets/{id}/merge'), payload: ({ id }) => ({ into: id }) },
  ],
  'GET /tickets/{id}/rating': one('/tickets/{id}/rating', ['rating'], { lacks: ({ isRated }) => !isRated }),
  'POST /tickets/{id}/rating': change('/tickets/{id}/rating', () => ({ score: 1 })),
  'GET /ratings/summary': managed('/ratings/summary', managers),
  'POST /tickets/bulk': {
    kind: 'naming',
    url: () => '/tickets/bulk',
    payload: ({ id }) => ({ ids: [id], status: 'in_progress' }),
  },
  'GET /tickets/export.csv': many('/tickets/export.csv', ['title', 'description', 'tag'], staff),
  'POST /tickets/import': managed('/tickets/import', managers),
  'GET /custom-fields': other('/custom-fields', 'what tickets can have, not what they have'),

  'POST /tickets/{id}/canned-replies/{replyId}/preview': {
    kind: 'one',
    shows: ['title'],
    more: { roles: staff, inPublic: 403 },
    url: ({ id, cannedReplyId }) => `/tickets/${id}/canned-replies/${cannedReplyId}/preview`,
  },

  // For those who run a tenant.
  'GET /canned-replies': managed('/canned-replies?limit=100', staff),
  'GET /canned-replies/{id}': managed(`/canned-replies/${unknown}`, staff),
  'POST /canned-replies': managed('/canned-replies', managers),
  'PATCH /canned-replies/{id}': managed(`/canned-replies/${unknown}`, managers),
  'DELETE /canned-replies/{id}': managed(`/canned-replies/${unknown}`, managers),
  'GET /admin/custom-fields': managed('/admin/custom-fields', managers),
  'POST /admin/custom-fields': managed('/admin/custom-fields', managers),
  'PATCH /admin/custom-fields/{id}': managed(`/admin/custom-fields/${unknown}`, managers),
  'DELETE /admin/custom-fields/{id}': managed(`/admin/custom-fields/${unknown}`, managers),
  'GET /admin/business-hours': managed('/admin/business-hours', managers),
  'PUT /admin/business-hours': managed('/admin/business-hours', managers),
  'POST /admin/webhooks': managed('/admin/webhooks', 'admins'),
  'GET /admin/webhooks': managed('/admin/webhooks', 'admins'),
  'GET /admin/webhooks/{id}': managed(`/admin/webhooks/${unknown}`, 'admins'),
  'PATCH /admin/webhooks/{id}': managed(`/admin/webhooks/${unknown}`, 'admins'),
  'DELETE /admin/webhooks/{id}': managed(`/admin/webhooks/${unknown}`, 'admins'),
  'POST /admin/webhooks/{id}/rotate-secret': managed(`/admin/webhooks/${unknown}/rotate-secret`, 'admins'),
  'POST /admin/webhooks/{id}/test': managed(`/admin/webhooks/${unknown}/test`, 'admins'),
  'GET /admin/webhooks/{id}/deliveries': managed(`/admin/webhooks/${unknown}/deliveries?limit=100`, 'admins'),
  'POST /admin/webhooks/deliveries/{id}/redeliver': managed(
    `/admin/webhooks/deliveries/${unknown}/redeliver`,
    'admins',
  ),
  'GET /admin/ticket-intents': managed('/admin/ticket-intents?limit=100', 'admins'),
  'GET /admin/ticket-intents/{id}': managed(`/admin/ticket-intents/${unknown}`, 'admins'),
  'POST /admin/ticket-intents/{id}/link': managed(`/admin/ticket-intents/${unknown}/link`, 'admins'),
  'POST /admin/ticket-intents/{id}/resend': managed(`/admin/ticket-intents/${unknown}/resend`, 'admins'),
  'POST /admin/ticket-intents/{id}/drop': managed(`/admin/ticket-intents/${unknown}/drop`, 'admins'),
  'GET /admin/mirror-failures': managed('/admin/mirror-failures?limit=100', 'admins'),
  'POST /admin/mirror-failures/{id}/retry': managed('/admin/mirror-failures/999999/retry', 'admins'),
  'POST /admin/mirror-failures/{id}/drop': managed('/admin/mirror-failures/999999/drop', 'admins'),
  'GET /admin/invgate-mapping': managed('/admin/invgate-mapping', 'admins'),
  'PUT /admin/invgate-mapping': managed('/admin/invgate-mapping', 'admins'),
  'DELETE /admin/invgate-mapping': managed('/admin/invgate-mapping', 'admins'),
  'DELETE /admin/invgate-mapping/failures': managed('/admin/invgate-mapping/failures', 'admins'),
  'GET /admin/audit': managed('/admin/audit?limit=100', 'admins'),

  // What one is told.
  'GET /api/v1/notifications': { kind: 'told', url: '/api/v1/notifications?limit=100' },
  'GET /api/v1/notifications/unread-count': other('/api/v1/notifications/unread-count', ofOwn),
  'PATCH /api/v1/notifications/{id}/read': other(`/api/v1/notifications/${unknown}/read`, ofOwn),
  'PATCH /api/v1/notifications/read': other('/api/v1/notifications/read', ofOwn),
  'GET /api/v1/notifications/settings': other('/api/v1/notifications/settings', ofOwn),
  'PATCH /api/v1/notifications/settings': other('/api/v1/notifications/settings', ofOwn),

  // Chats.
  'PUT /chat/presence': other('/chat/presence', ofChat),
  'DELETE /chat/presence': other('/chat/presence', ofChat),
  'GET /chat/presence': other('/chat/presence', ofChat),
  'POST /chat/sessions': other('/chat/sessions', ofChat),
  'GET /chat/sessions': other('/chat/sessions?limit=100', ofChat),
  'GET /chat/sessions/{id}': other(`/chat/sessions/${unknown}`, ofChat),
  'POST /chat/sessions/{id}/accept': other(`/chat/sessions/${unknown}/accept`, ofChat),
  'POST /chat/sessions/{id}/close': other(`/chat/sessions/${unknown}/close`, ofChat),
  'POST /chat/sessions/{id}/messages': other(`/chat/sessions/${unknown}/messages`, ofChat),
  'GET /chat/sessions/{id}/messages': other(`/chat/sessions/${unknown}/messages?limit=100`, ofChat),

  // Gates of events.
  'POST /checkins': managed('/checkins', gates),
  'POST /checkins/checkout': managed('/checkins/checkout', gates),
  'POST /checkins/undo': managed('/checkins/undo', gates),
  'POST /checkins/batch': managed('/checkins/batch', gates),
  'GET /attendance/{event_id}': managed('/attendance/e', gates),
  'PUT /events/{event_id}/guests': managed('/events/e/guests', managers),
  'POST /events/{event_id}/guests': managed('/events/e/guests', managers),
  'GET /events/{event_id}/guests': managed('/events/e/guests?limit=100', managers),
  'DELETE /events/{event_id}/guests': managed('/events/e/guests', managers),
  'GET /events/{event_id}/scans': managed('/events/e/scans?limit=100', managers),

  // Of the service itself, without a token.
  'GET /health': open('/health', 'says whether the service lives'),
  'GET /healthz': open('/healthz', 'says whether the service lives'),
  'GET /readyz': open('/readyz', 'says what the service needs'),
}
