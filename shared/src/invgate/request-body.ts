import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { Readable } from 'node:stream'
import { InvGateError } from './invgate-error.ts'

/** A body of known length, so that it never goes out chunked, which many PHP servers do not take. */
export type RequestBody = { headers: Record<string, string>; content: string | Readable }

/** `path` is the file on our disk, `size` its length in bytes, `filename` and `contentType` what InvGate is told. */
export type IncidentFile = { filename: string; contentType: string; path: string; size: number }

/** Fields as they go over the wire. */
export type WireFields = Record<string, string | number>

/** A JSON body (RFC 8259). */
export function jsonBody(fields: WireFields): RequestBody {
  const content = JSON.stringify(fields)
  return {
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(content)),
    },
    content,
  }
}

/**
 * A `multipart/form-data` body (RFC 7578) with the fields first, then each file as a part `attachments[]`, read from disk as it is sent.
 * Throws `unreadable_file` with no effect when a file is absent or not of its promised size.
 */
export async function multipartBody(
  fields: WireFields,
  files: readonly IncidentFile[],
): Promise<RequestBody> {
  const boundary = `werk-${randomUUID()}`
  const parts: (string | Blob)[] = Object.entries(fields).map(
    ([name, value]) => `${partHead(boundary, name)}\r\n${value}\r\n`,
  )
  for (const file of files) parts.push(fileHead(boundary, file), await openFile(file), '\r\n')
  const body = new Blob([...parts, `--${boundary}--\r\n`])
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(body.size),
    },
    content: Readable.fromWeb(body.stream()),
  }
}

async function openFile(file: IncidentFile): Promise<Blob> {
  try {
    const blob = await openAsBlob(file.path)
    if (blob.size === file.size) return blob
  } catch {}
  throw new InvGateError('unreadable_file', { effect: 'none' })
}

function fileHead(boundary: string, file: IncidentFile): string {
  const type = /^[\w.+-]+\/[\w.+-]+(;[\x20-\x7e]*)?$/.test(file.contentType)
    ? file.contentType
    : 'application/octet-stream'
  return `${partHead(boundary, 'attachments[]', file.filename)}content-type: ${type}\r\n\r\n`
}

/** Quotes and line breaks are escaped as browsers do it (HTML, multipart/form-data encoding algorithm). */
function partHead(boundary: string, name: string, filename?: string): string {
  const quoted = filename?.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const file = quoted === undefined ? '' : `; filename="${quoted}"`
  return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n`
}
