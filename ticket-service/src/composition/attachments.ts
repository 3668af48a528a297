import type { App } from '@werk/shared/app/create-app'
import type { Check } from '@werk/shared/app/health'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { ConfigError } from '@werk/shared/config/read-config'
import type { Pool } from '@werk/shared/database/pool'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { registerAttachmentRoutes } from '../attachments/attachments.routes.ts'
import { createClaimUpload } from '../attachments/claim-upload.ts'
import { createCreateDownloadUrl } from '../attachments/create-download-url.ts'
import { createDownloadTokens } from '../attachments/download-token.ts'
import { createFindLinkedFile } from '../attachments/find-linked-file.ts'
import { createGetAttachment } from '../attachments/get-attachment.ts'
import { createGetUpload } from '../attachments/get-upload.ts'
import { createListAttachments } from '../attachments/list-attachments.ts'
import type { MultipartLimits } from '../attachments/read-multipart.ts'
import { createStoreUpload } from '../attachments/store-upload.ts'
import { createSweepUploads } from '../attachments/sweep-uploads.ts'
import { createUploadsRepository } from '../attachments/uploads.repository.ts'
import { createReadUpload } from '../attachments/uploads.request.ts'
import { registerUploadRoutes } from '../attachments/uploads.routes.ts'
import type { Config } from '../config.ts'
import { createLocalAttachmentStore } from '../infrastructure/local-attachment-store.ts'
import { createS3AttachmentStore } from '../infrastructure/s3-attachment-store.ts'
import { openS3Bucket, type S3Settings } from '../infrastructure/s3-bucket.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'

export type ComposedStore = {
  attachmentStore: AttachmentStore
  checks: Record<string, Check>
  tasks: PeriodicTask[]
  close(): Promise<void>
}

const flushEveryMs = 10_000
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

/** Where attachments are kept: in a folder, or in a bucket where there is one. @throws ConfigError for half a bucket */
export async function composeAttachmentStore({ app, config }: StoreParts): Promise<ComposedStore> {
  const { UPLOAD_DIR: directory, S3_PREFIX: prefix } = config
  const settings = s3Settings(config)
  if (settings === null) {
    const attachmentStore = createLocalAttachmentStore({ directory })
    return { attachmentStore, checks: {}, tasks: [], close: async () => {} }
  }
  const logger = app.log
  const bucket = await openS3Bucket(settings, logger)
  const store = createS3AttachmentStore({ directory, bucket, prefix, logger })
  return {
    attachmentStore: store,
    checks: { attachments: bucket.check },
    tasks: [createPeriodicTask({ name: 'bucket', everyMs: flushEveryMs, run: store.flush, logger })],
    close: store.close,
  }
}

type StoreParts = { app: App; config: Config }

function s3Settings(config: Config): S3Settings | null {
  const { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config
  const needed = Object.entries({
    S3_ENDPOINT,
    S3_REGION,
    S3_BUCKET,
    S3_ACCESS_KEY_ID,
    S3_SECRET_ACCESS_KEY,
  })
  const given = needed.filter(([, value]) => value !== undefined).map(([name]) => name)
  if (given.length === 0) return null
  if (
    S3_ENDPOINT === undefined ||
    S3_REGION === undefined ||
    S3_BUCKET === undefined ||
    S3_ACCESS_KEY_ID === undefined ||
    S3_SECRET_ACCESS_KEY === undefined
  ) {
    const missing = needed.filter(([, value]) => value === undefined)
    throw new ConfigError(missing.map(([name]) => `${name} is required where ${given.join(', ')} is set`))
  }
  return {
    endpoint: S3_ENDPOINT,
    region: S3_REGION,
    bucket: S3_BUCKET,
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    forcePathStyle: config.S3_FORCE_PATH_STYLE,
  }
}

export type AttachmentParts = StoreParts & {
  pool: Pool
  tickets: TicketsRepository
  attachmentStore: AttachmentStore
  limits: MultipartLimits
  clock: { now(): Date }
}

/** Attachments of tickets, uploads by themselves, and links to both. */
export function composeAttachments(parts: AttachmentParts) {
  const { app, config, pool, tickets, attachmentStore, clock } = parts
  const { TICKET_PUBLIC_URL: publicUrl } = config
  const uploads = createUploadsRepository(pool)
  const tokens = createDownloadTokens(config, clock)
  const createDownloadUrl = createCreateDownloadUrl({
    attachmentStore,
    tokens,
    seconds: config.DOWNLOAD_URL_SECONDS,
    publicUrl,
    clock,
  })
  const sweep = createSweepUploads({
    uploads,
    attachmentStore,
    unboundMs: dayMs,
    // Longer than a replica is down on whose disk a ticket waits.
    asideMs: 7 * dayMs,
    clock,
    logger: app.log,
  })
  return {
    claimUpload: createClaimUpload({ uploads, publicUrl }),
    tasks: [createPeriodicTask({ name: 'uploads', everyMs: hourMs, run: sweep, logger: app.log })],
    register(authenticate: Authenticate) {
      const common = { authenticate, createDownloadUrl, attachmentStore }
      registerAttachmentRoutes(app, { ...common, getAttachment: createGetAttachment({ tickets }) })
      registerUploadRoutes(app, {
        ...common,
        readUpload: createReadUpload(parts),
        storeUpload: createStoreUpload({ uploads, attachmentStore, clock }),
        getUpload: createGetUpload({ uploads, tickets }),
        listAttachments: createListAttachments({ uploads, tickets }),
        findLinkedFile: createFindLinkedFile({ tokens, uploads, tickets }),
        bodyLimit: config.TICKET_BODY_LIMIT_BYTES,
      })
    },
  }
}
