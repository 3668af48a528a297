import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline, type Readable, Transform } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { ByteRange } from '../attachments/attachment-store.ts'
import { createS3Calls, S3Error } from './s3-calls.ts'

export type S3Settings = {
  /** Such as https://s3.eu-central-1.amazonaws.com. */
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** The bucket in the path, as most servers want it, rather than in the host name, as AWS does. */
  forcePathStyle: boolean
}

export type StoredObject = { key: string; size: number; modifiedAt: Date }

/** One bucket. Whatever goes wrong with it is an S3Error. */
export type S3Bucket = {
  find(key: string): Promise<StoredObject | null>
  /** Stores a file, in parts where it is large. The server refuses parts that arrive changed. @throws ChangedFileError where the file does not hash to `sha256` */
  put(key: string, file: { path: string; sha256: string }): Promise<void>
  /** Null when there is none. The caller reads the stream to its end or destroys it. */
  open(key: string, range?: ByteRange): Promise<Readable | null>
  /** Within the bucket, at most 5 GB. */
  copy(from: string, to: string): Promise<void>
  /** Fine when there is none. */
  remove(key: string): Promise<void>
  list(prefix: string): AsyncGenerator<StoredObject>
  /** An address that works for so many seconds. `headers`: how the answer describes the content. */
  presign(key: string, headers: { type: string; disposition: string }, seconds: number): Promise<string>
  /** @throws S3Error where the bucket cannot be reached */
  check(): Promise<void>
  close(): void
}

type Logger = Record<'debug' | 'warn', (fields: object, message: string) => void>

const partBytes = 8 * 1024 * 1024
/** With the one that is being filled, the parts that are in memory at once. */
const partsAtOnce = 2

/** The client and its helpers take 35 MB and 0.1 s to load, so only who has a bucket loads them. */
export async function openS3Bucket(settings: S3Settings, logger: Logger): Promise<S3Bucket> {
  const [s3, { Upload }, { getSignedUrl }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/lib-storage'),
    import('@aws-sdk/s3-request-presigner'),
  ])
  const { bucket: Bucket } = settings
  const client: S3Client = new s3.S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    maxAttempts: 3,
    // A try: up to the first byte of its answer, and between any two bytes.
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      socketTimeout: 30_000,
    },
    // Newer checksums are unknown to many servers. The signature covers the SHA-256 of every body, which all of them check.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
  })
  const call = createS3Calls(logger)

  return {
    find: (Key) =>
      call('head', Key, async (abortSignal) => {
        const found = await client.send(new s3.HeadObjectCommand({ Bucket, Key }), { abortSignal })
        return { key: Key, size: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date() }
      }).catch(nullWhenAbsent),

    async put(Key, { path, sha256 }) {
      const Body = holdToHash(sha256)
      // Its failures come out of the body.
      pipeline(createReadStream(path), Body, () => {})
      const upload = new Upload({
        client,
        params: { Bucket, Key, Body, ContentType: 'application/octet-stream' },
        partSize: partBytes,
        queueSize: partsAtOnce,
      })
      try {
        await call('put', Key, (abortSignal) => {
          abortSignal.addEventListener('abort', () => void upload.abort().catch(() => {}), { once: true })
          return upload.done()
        })
      } catch (error) {
        throw Body.errored instanceof ChangedFileError ? Body.errored : error
      } finally {
        Body.destroy()
      }
    },

    open: (Key, range) =>
      call('get', Key, async (abortSignal) => {
        const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`
        const found = await client.send(new s3.GetObjectCommand({ Bucket, Key, Range }), { abortSignal })
        // On Node.js it is the response itself.
        return found.Body as Readable
      }).catch(nullWhenAbsent),

    async copy(from, to) {
      await call('copy', from, (abortSignal) => {
        const CopySource = encodeURI(`${Bucket}/${from}`)
        return client.send(new s3.CopyObjectCommand({ Bucket, Key: to, CopySource }), { abortSignal })
      })
    },

    async remove(Key) {
      await call('delete', Key, (abortSignal) =>
        client.send(new s3.DeleteObjectCommand({ Bucket, Key }), { abortSignal }),
      )
    },

    async *list(Prefix) {
      let ContinuationToken: string | undefined
      do {
        const command = new s3.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken })
        const page = await call('list', Prefix, (abortSignal) => client.send(command, { abortSignal }))
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          if (Key !== undefined) yield { key: Key, size: Size ?? 0, modifiedAt: LastModified ?? new Date() }
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined)
    },

    presign: (Key, { type, disposition }, expiresIn) =>
      getSignedUrl(
        client,
        new s3.GetObjectCommand({
          Bucket,
          Key,
          ResponseContentType: type,
          ResponseContentDisposition: disposition,
          ResponseCacheControl: 'private, no-store',
        }),
        { expiresIn },
      ),

    async check() {
      await call('check', Bucket, (abortSignal) =>
        client.send(new s3.HeadBucketCommand({ Bucket }), { abortSignal }),
      )
    },

    close: () => client.destroy(),
  }
}

/** A file that is not what it was when it was hashed, such as by a failing disk. */
export class ChangedFileError extends Error {
  constructor() {
    super('the file is not what it was when it was hashed')
    this.name = 'ChangedFileError'
  }
}

/** Passes a file on, and fails at its end where it is not what it was when it was hashed. */
function holdToHash(sha256: string): Transform {
  const hash = createHash('sha256')
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      done(hash.digest('hex') === sha256 ? null : new ChangedFileError())
    },
  })
}

function nullWhenAbsent(error: unknown): null {
  if (error instanceof S3Error && error.isAbsent) return null
  throw error
}
