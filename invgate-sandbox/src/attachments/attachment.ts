import { extname } from 'node:path'
import type { ReceivedFile } from '../api/receive.ts'

export type Attachment = ReceivedFile & { readonly id: number }

/** InvGate's form: `hash` is the SHA-256 in hex, `extension` comes without its dot. */
export function presentAttachment(attachment: Attachment, url: string) {
  const { id, name, sha256 } = attachment
  return { id, name, url, hash: sha256, extension: extname(name).slice(1) }
}
