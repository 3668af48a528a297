import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Settings } from '../../src/infrastructure/s3-bucket.ts'

const python = process.env.TEST_S3_SERVER

/** For a test that needs the server: why it cannot run here, or false. */
export const withoutS3: string | false =
  python === undefined && 'TEST_S3_SERVER, a Python that has OpenStack Swift (python3-swift), is not set'

/** A real S3 server of its own for a test file, with one bucket: OpenStack Swift, see s3-server.py. */
export async function startS3Server() {
  const folder = await mkdtemp(join(tmpdir(), 'werk-s3-'))
  const [accessKeyId, secretAccessKey] = ['test:tester', 'a-secret-of-the-tests']
  const script = join(import.meta.dirname, 's3-server.py')
  const child = spawn(python ?? '', [script, folder, accessKeyId, secretAccessKey], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const port = await new Promise<number>((resolve, reject) => {
    ended.then(() => reject(new Error('the S3 server ended by itself')), reject)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^listening on (\d+)$/.exec(line)
      if (found !== null) resolve(Number(found[1]))
    })
  })
  const settings: S3Settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'werk',
    accessKeyId,
    secretAccessKey,
    forcePathStyle: true,
  }
  const client = createS3Client(settings)
  await client.send(new CreateBucketCommand({ Bucket: settings.bucket }))
  return {
    settings,
    port,
    /** Past the store. */
    client,
    async close() {
      client.destroy()
      child.stdin.end()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

function createS3Client({ accessKeyId, secretAccessKey, bucket, ...rest }: S3Settings): S3Client {
  return new S3Client({ ...rest, credentials: { accessKeyId, secretAccessKey } })
}

/** The settings of a service that is to use it. */
export function s3Environment({ endpoint, region, bucket, accessKeyId, secretAccessKey }: S3Settings) {
  return {
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
    S3_FORCE_PATH_STYLE: 'true',
  }
}

export type S3Server = Awaited<ReturnType<typeof startS3Server>>
