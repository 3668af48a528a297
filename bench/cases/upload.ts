import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { residentMiB, watchPeak } from '../measure/process-figures.ts'
import { bearerOf, startTicketService } from '../targets/targets.ts'
import type { World } from '../targets/world.ts'
import type { BenchCase } from './case.ts'

const MiB = 1_048_576
const fileMiB = 200
const chunkBytes = 65_536
const creator = 3

/** What a 200 MB file takes on its way through the ticket-service, beyond what small ones take. */
export const upload: BenchCase = async (world) => {
  const limit = String(2 * fileMiB * MiB)
  const service = await startTicketService(world, {
    UPLOAD_MAX_FILE_BYTES: limit,
    UPLOAD_MAX_REQUEST_BYTES: limit,
    ARMMADA_TIMEOUT_MS: '120000',
  })
  for (let count = 0; count < 20; count += 1) await send(world, service.url, chunkBytes)
  const before = residentMiB(service.pid)
  const peak = watchPeak(service.pid)
  await send(world, service.url, fileMiB * MiB)
  const value = peak.stop() - before
  await service.stop()
  return {
    compared: [],
    measured: [
      { what: `ticket-service: memory added by ${fileMiB} MiB upload`, value, unit: 'MiB', goal: 64 },
    ],
  }
}

/** Sends a file as nobody holds it in memory, and checks that all of it arrived. */
async function send(world: World, url: string, bytes: number): Promise<void> {
  const headers = bearerOf(world, creator)
  const type = `multipart/form-data; boundary=${boundary}`
  const post = request(`${url}/api/tickets`, {
    method: 'POST',
    headers: { ...headers, 'content-type': type },
  })
  const answered = once(post, 'response')
  await pipeline(Readable.from(formWith(bytes)), post)
  const [response] = await answered
  const created = (await json(response)) as { id: number }
  if (response.statusCode !== 201) throw new Error(`the upload answered ${response.statusCode}`)
  const detail = await fetch(`${url}/api/tickets/${created.id}`, { headers })
  const { attachments } = (await detail.json()) as { attachments: { size: number }[] }
  if (attachments[0]?.size !== bytes) throw new Error('the upload did not arrive whole')
}

const boundary = 'bench-0b7d9a6c'

function* formWith(bytes: number): Generator<Buffer> {
  const part = (lines: string[]) => Buffer.from(`--${boundary}\r\n${lines.join('\r\n')}`)
  yield part(['Content-Disposition: form-data; name="title"', '', 'A large file\r\n'])
  yield part(['Content-Disposition: form-data; name="description"', '', 'It is attached.\r\n'])
  const file = 'Content-Disposition: form-data; name="attachments[]"; filename="large.bin"'
  yield part([file, 'Content-Type: application/octet-stream', '', ''])
  const chunk = Buffer.alloc(chunkBytes, 'w')
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}
