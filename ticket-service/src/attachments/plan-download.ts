import contentDisposition from 'content-disposition'
import parseRange from 'range-parser'
import { cleanFilename } from './attachment-name.ts'
import type { ByteRange } from './attachment-store.ts'

export type SavedFile = { filename: string; sniffedType: string | null; size: number; sha256: string }

type Request = {
  method: string
  range?: string | undefined
  ifNoneMatch?: string | undefined
  ifRange?: string | undefined
}

export type Download = {
  status: 200 | 206 | 304 | 416
  /** Lower-case names. For 416 they go with the failure, see `unsatisfiableRange`. */
  headers: Record<string, string>
  /** What to open of the content; null for all of it. */
  range: ByteRange | null
  sendsBody: boolean
}

/**
 * Decides how a download is answered (RFC 9110, sections 13 and 14): whole, one range, unchanged, or no such range.
 * Several ranges, other units and malformed ranges are answered with the whole file, as the RFC allows.
 * Only the type that was sniffed is named, never the declared one, and the browser is told to save, not to show.
 */
export function planDownload(attachment: SavedFile, request: Request): Download {
  const { size } = attachment
  const etag = `"${attachment.sha256}"`
  // Private, and asked for anew each time: who may see a ticket can change.
  const always = { etag, 'cache-control': 'private, no-cache', 'accept-ranges': 'bytes' }
  if (matches(request.ifNoneMatch, etag))
    return { status: 304, headers: always, range: null, sendsBody: false }

  const asked = request.method === 'GET' && (request.ifRange?.trim() ?? etag) === etag
  const range = asked ? findRange(size, request.range) : null
  if (range === 'unsatisfiable') {
    const headers = { ...always, 'content-range': `bytes */${size}` }
    return { status: 416, headers, range: null, sendsBody: false }
  }
  const whole = { ...always, ...describe(attachment), 'content-length': String(size) }
  const sendsBody = request.method !== 'HEAD'
  if (range === null) return { status: 200, headers: whole, range: null, sendsBody }
  const part = {
    'content-length': String(range.end - range.start + 1),
    'content-range': `bytes ${range.start}-${range.end}/${size}`,
  }
  return { status: 206, headers: { ...whole, ...part }, range, sendsBody }
}

function describe(attachment: SavedFile): Record<string, string> {
  const { type, disposition } = describeSaved(attachment)
  return {
    'content-type': type,
    'content-disposition': disposition,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  }
}

/** Content-Type and Content-Disposition of a file to save. */
export function describeSaved({ filename, sniffedType }: Pick<SavedFile, 'filename' | 'sniffedType'>) {
  const name = cleanFilename(filename)
  return {
    type: sniffedType ?? 'application/octet-stream',
    // Clients disagree on Latin-1 in the plain parameter: it stays ASCII, and filename* has the name as it is.
    disposition: contentDisposition(name, { fallback: name.replace(/[^\x20-\x7e]/gu, '_') }),
  }
}

/** If-None-Match compares weakly (RFC 9110, section 13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const listed = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return listed.includes(etag) || listed.includes('*')
}

function findRange(size: number, header: string | undefined): ByteRange | 'unsatisfiable' | null {
  if (header === undefined || header.includes(',') || !/^\s*bytes\s*=/i.test(header)) return null
  // range-parser finds a suffix longer than the file unsatisfiable; to the RFC it is all of the file.
  const suffix = Number(/=\s*-(\d+)\s*$/.exec(header)?.[1] ?? 0)
  if (suffix >= size && suffix > 0) return size === 0 ? null : { start: 0, end: size - 1 }
  const ranges = parseRange(size, header)
  if (ranges === -2) return null
  return ranges === -1 ? 'unsatisfiable' : (ranges[0] ?? null)
}
