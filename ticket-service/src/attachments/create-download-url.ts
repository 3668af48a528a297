import type { AttachmentStore } from './attachment-store.ts'
import type { DownloadLink, DownloadTokens } from './download-token.ts'
import type { SavedFile } from './plan-download.ts'

/** `url`: an address of the store, or a path of this service. */
export type IssuedUrl = { url: string; expiresAt: Date }

/** For a caller who may have the file. */
export type CreateDownloadUrl = (link: DownloadLink, file: SavedFile) => Promise<IssuedUrl>

type Needs = {
  attachmentStore: Pick<AttachmentStore, 'presign'>
  tokens: DownloadTokens
  /** How long an address works. */
  seconds: number
  /** This service's own address as clients know it. */
  publicUrl?: string | undefined
  clock: { now(): Date }
}

/** An address that gives a file to whoever has it, for a short time: for browsers, which send no token along with a link. */
export function createCreateDownloadUrl(needs: Needs): CreateDownloadUrl {
  const { attachmentStore, tokens, seconds, publicUrl = '', clock } = needs
  return async (link, { sha256, filename, sniffedType }) => {
    // Whole seconds, as both kinds of address count them.
    const expiresAt = new Date(Math.floor(clock.now().getTime() / 1000 + seconds) * 1000)
    const ofStore = await attachmentStore.presign(sha256, { filename, sniffedType, seconds })
    const ownPath = () => `${publicUrl.replace(/\/+$/, '')}/downloads?token=${tokens.sign(link, expiresAt)}`
    return { url: ofStore ?? ownPath(), expiresAt }
  }
}
