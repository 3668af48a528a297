import { validate as isUuid } from 'uuid'

/** What a ticket or a reply names as its attachment. */
export type AttachmentUrl = { kind: 'own'; id: string } | { kind: 'foreign'; url: string }

const path = '/attachments/'
/** Characters. */
const longestUrl = 2048

/** The path under which an upload is downloaded and named; a client puts the service's address before it. */
export function attachmentUrlOf(uploadId: string): string {
  return `${path}${uploadId}`
}

/**
 * Tells one of our own uploads (`/attachments/<uuid>`, with or without the service's own address before it) from
 * another place in the web, which is only ever text to us.
 * @param publicUrl the service's own address as clients know it, where that is known
 * @returns null for what is neither, longer than 2048 characters, or holds spaces or unseen characters
 */
export function parseAttachmentUrl(text: string, publicUrl?: string): AttachmentUrl | null {
  const own = text.startsWith(path) ? text : withoutAddress(text, publicUrl)
  if (own !== null) {
    const id = own.slice(path.length).toLowerCase()
    return own.startsWith(path) && isUuid(id) ? { kind: 'own', id } : null
  }
  if ([...text].length > longestUrl || /[\s\p{Cc}\p{Cf}]/u.test(text)) return null
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? { kind: 'foreign', url: text } : null
}

function withoutAddress(text: string, publicUrl: string | undefined): string | null {
  const address = publicUrl?.replace(/\/+$/, '')
  if (address === undefined || !text.startsWith(`${address}${path}`)) return null
  return text.slice(address.length)
}
