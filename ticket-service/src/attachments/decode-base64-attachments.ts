import { Readable } from 'node:stream'
import { notBase64 } from './attachments.errors.ts'
import {
  createFileReceiver,
  type FileLimits,
  type ReceivedFile,
  type ReceiverOptions,
} from './receive-files.ts'

/** As they are on the wire. */
export type Base64Attachment = {
  filename: string
  content_type?: string | undefined
  content_base64: string
}

/**
 * Stages the attachments of a JSON body. The caller keeps or discards them; after a failure nothing is left of them.
 * Base64 is RFC 4648's in the standard or the URL-safe alphabet, padding optional, line breaks ignored as MIME and Go do.
 * @param fieldOf the name of an attachment's content in the body
 * @throws AppError `attachment.invalid` with every field that is not base64, `attachment.too_large` past a limit.
 */
export async function decodeBase64Attachments(
  attachments: readonly Base64Attachment[],
  options: ReceiverOptions<FileLimits>,
  fieldOf = (index: number) => `attachments.${index}.content_base64`,
): Promise<ReceivedFile[]> {
  const contents = attachments.map(({ content_base64 }) => content_base64.replace(/[\r\n]+/g, ''))
  const faulty = contents.flatMap((text, index) => (isBase64(text) ? [] : [index]))
  if (faulty.length > 0) throw notBase64(faulty.map(fieldOf))

  const receiver = createFileReceiver(options)
  try {
    for (const [index, { filename, content_type }] of attachments.entries()) {
      const source = Readable.from([Buffer.from(contents[index] ?? '', 'base64')])
      await receiver.receive(source, { filename, declaredType: content_type })
    }
    return receiver.files()
  } catch (error) {
    await receiver.discardAll()
    throw error
  }
}

function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  if (padding > 0 && text.length % 4 !== 0) return false
  if (digits % 4 === 1) return false
  const core = text.slice(0, digits)
  // Looking for a stranger needs no backtracking, however long the text is.
  return !/[^A-Za-z0-9+/]/.test(core) || !/[^A-Za-z0-9_-]/.test(core)
}
