import {
  databaseSettings,
  httpSettings,
  internalSettings,
  invgateSettings,
  mailSettings,
  processSettings,
  tokenSettings,
} from '@werk/shared/config/settings'
import Type, { type Static } from 'typebox'
import { categoryEntryPattern, priorityEntryPattern } from './mirror/invgate-mapping.ts'
import { defaultStatusMap, statusEntryPattern } from './tickets/ticket-status.ts'

const MiB = 1_048_576
const invgateId = (fallback: number, description: string) =>
  Type.Integer({ default: fallback, minimum: 1, description })

/** The environment of the ticket-service. */
export const ConfigSchema = Type.Object({
  ...processSettings,
  PORT: Type.Integer({ default: 18082, minimum: 0, maximum: 65535, description: 'port to listen on' }),
  ...httpSettings,
  ...databaseSettings,
  DATABASE_POOL_SIZE: Type.Integer({
    default: 25,
    minimum: 2,
    description: 'connections at most; settling a ticket in doubt takes two at once',
  }),
  ...tokenSettings,
  ...internalSettings,
  IDENTITY_URL: Type.Optional(
    Type.String({
      format: 'http or https URL',
      description:
        'address of the identity-service, which tells of accounts, log-outs and API keys; with INTERNAL_SECRET',
    }),
  ),
  ...invgateSettings,
  ARMMADA_PAGE_KEY: Type.Optional(
    Type.String({ description: 'page_key of a list that is asked for without one: base64 of {"last_id":N}' }),
  ),
  ARMMADA_DEFAULT_SOURCE_ID: invgateId(2, 'source of a ticket that names none'),
  ARMMADA_DEFAULT_CREATOR_ID: invgateId(
    1,
    'creator and customer of a ticket whose caller InvGate does not know',
  ),
  ARMMADA_DEFAULT_CATEGORY_ID: invgateId(1, 'category of a ticket that names none'),
  ARMMADA_DEFAULT_TYPE_ID: invgateId(1, 'type of a ticket that names none'),
  ARMMADA_DEFAULT_PRIORITY_ID: invgateId(2, 'priority of a ticket that names none'),
  MIRROR_FRESH_MS: Type.Integer({
    default: 15_000,
    minimum: 0,
    description: 'milliseconds for which a ticket is shown without asking InvGate again',
  }),
  MIRROR_REFRESH_TIMEOUT_MS: Type.Integer({
    default: 1500,
    minimum: 1,
    description: 'milliseconds a ticket waits for InvGate before the mirror answers',
  }),
  INVGATE_STATUS_MAP: Type.Array(Type.String({ pattern: statusEntryPattern }), {
    default: defaultStatusMap,
    minItems: 1,
    description: "status of a ticket by InvGate's status_id: 1:open,3:in_progress,5:resolved,6:closed",
  }),
  INVGATE_CATEGORY_MAP: Type.Array(Type.String({ pattern: categoryEntryPattern }), {
    default: [],
    description:
      "InvGate's category_id of each category: billing:11,technical:5; several of its ids may stand for one, the first is sent",
  }),
  INVGATE_PRIORITY_MAP: Type.Array(Type.String({ pattern: priorityEntryPattern }), {
    default: ['low:1', 'medium:2', 'high:3', 'high:4', 'high:5'],
    description: "InvGate's priority_id of each priority, likewise",
  }),
  SYNC_INTERVAL_MS: Type.Integer({
    default: 60_000,
    minimum: 0,
    maximum: 900_000,
    description: 'milliseconds between looks for what changed in InvGate by itself, 0 is off',
  }),
  SYNC_IMPORT_AFTER_MS: Type.Integer({
    default: 60_000,
    minimum: 0,
    maximum: 900_000,
    description:
      'milliseconds for which an unknown incident is watched before it becomes a ticket; longer than a create takes',
  }),
  SLA_INTERVAL_MS: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 60_000,
    description: 'milliseconds between looks for tickets whose escalation level rises, 0 is off',
  }),
  CHAT_PRESENCE_SECONDS: Type.Integer({
    default: 45,
    minimum: 5,
    maximum: 3600,
    description:
      'seconds for which an agent counts as present after saying so; to be said three times as often',
  }),
  CHAT_WAIT_SECONDS: Type.Integer({
    default: 120,
    minimum: 1,
    maximum: 86_400,
    description: 'seconds after which a live chat that no agent accepts becomes a ticket',
  }),
  CHAT_GRACE_SECONDS: Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 86_400,
    description: "seconds after which a live chat whose agent's presence ended waits for another one",
  }),
  CHAT_MAX_POLLS: Type.Integer({
    default: 1000,
    minimum: 1,
    description: 'requests that may wait for messages of live chats at a time, in one process',
  }),
  CHAT_KEEP_DAYS: Type.Integer({
    default: 365,
    minimum: 2,
    description: 'days for which a live chat is kept after its end; the ticket that it became stays',
  }),
  UPLOAD_DIR: Type.String({
    default: '/var/lib/werk/uploads',
    minLength: 1,
    description: 'folder of attachments',
  }),
  SPOOL_DIR: Type.String({
    default: '/var/lib/werk/spool',
    minLength: 1,
    description: 'folder of tickets that wait for the database',
  }),
  SPOOL_MAX_ENTRIES: Type.Integer({
    default: 10_000,
    minimum: 1,
    description: 'tickets that may wait on disk for the database; then new ones are refused',
  }),
  IN_DOUBT_SETTLE_MS: Type.Integer({
    default: 60_000,
    minimum: 1000,
    description:
      'milliseconds after which a request to InvGate that was not answered can take no effect any more',
  }),
  UPLOAD_MAX_FILE_BYTES: Type.Integer({ default: 25 * MiB, minimum: 1, description: 'largest attachment' }),
  UPLOAD_MAX_REQUEST_BYTES: Type.Integer({
    default: 100 * MiB,
    minimum: 1,
    description: 'largest sum of the attachments of one request',
  }),
  UPLOAD_MAX_FILES: Type.Integer({ default: 20, minimum: 0, description: 'most attachments of one request' }),
  TICKET_BODY_LIMIT_BYTES: Type.Integer({
    default: 16 * MiB,
    minimum: 1024,
    description: 'largest JSON body of a ticket, base64 attachments included',
  }),
  TICKET_PUBLIC_URL: Type.Optional(
    Type.String({
      format: 'http or https URL',
      description: 'address of this service as clients know it; without it links to it are paths',
    }),
  ),
  DOWNLOAD_URL_SECONDS: Type.Integer({
    default: 300,
    minimum: 10,
    maximum: 86_400,
    description: 'seconds for which an address of a download works without a token',
  }),
  S3_BUCKET: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'bucket that attachments are kept in, beside what is on its way in UPLOAD_DIR; with the other S3_* settings',
    }),
  ),
  S3_ENDPOINT: Type.Optional(
    Type.String({
      format: 'http or https URL',
      description: 'address of the S3 server, such as https://s3.eu-central-1.amazonaws.com',
    }),
  ),
  S3_REGION: Type.Optional(Type.String({ minLength: 1, description: 'region, such as eu-central-1' })),
  S3_ACCESS_KEY_ID: Type.Optional(Type.String({ minLength: 1, description: 'access key of the bucket' })),
  S3_SECRET_ACCESS_KEY: Type.Optional(Type.String({ minLength: 1, description: 'its secret' })),
  S3_PREFIX: Type.String({
    default: '',
    pattern: '^([A-Za-z0-9._-]+/)*$',
    description: 'folder within the bucket, such as werk/',
  }),
  S3_FORCE_PATH_STYLE: Type.Boolean({
    default: false,
    description: 'true puts the bucket into the path, as most servers but AWS want it',
  }),
  ...mailSettings,
  NOTIFICATION_KEEP_DAYS: Type.Integer({
    default: 90,
    minimum: 1,
    description:
      'days for which a notification is kept after it was read; one that nobody reads is kept four times as long',
  }),
  DELIVERY_LOG_DAYS: Type.Integer({
    default: 30,
    minimum: 2,
    description: 'days for which it is kept how mails and messages to webhooks fared',
  }),
  WEBHOOK_SECRET_KEY: Type.Optional(
    Type.String({
      format: 'secret of 32 bytes or more',
      description: 'seals the secrets of webhooks in the database; without it there are no webhooks',
    }),
  ),
  WEBHOOK_ALLOW_HTTP: Type.Boolean({
    default: false,
    description: 'whether webhooks may have http addresses in production; elsewhere they may',
  }),
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: Type.Boolean({
    default: false,
    description: 'whether webhooks may lead to private and loopback addresses',
  }),
})
export type Config = Readonly<Static<typeof ConfigSchema>>
