import { AppError } from '@werk/shared/errors/app-error'

/** More bytes came than the caller of the store allowed. Becomes an answer only where it is known which limit that was. */
export class TooManyBytesError extends Error {
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`)
    this.name = 'TooManyBytesError'
    this.maxBytes = maxBytes
  }
}

/** The sender broke off, was malformed or was aborted; as opposed to a failure of the store itself. */
export class SourceFailedError extends Error {
  constructor(cause: unknown) {
    super('the source failed before its end', { cause })
    this.name = 'SourceFailedError'
  }
}

const tooLarge = (message: string) => new AppError('attachment.too_large', message)

export const fileTooLarge = (filename: string, maxBytes: number) =>
  tooLarge(`${filename} is larger than ${maxBytes} bytes, the limit per file`)

export const filesTooLarge = (filename: string, maxBytes: number) =>
  tooLarge(`with ${filename} the files are together larger than ${maxBytes} bytes, the limit per request`)

export const tooManyFiles = (filename: string, maxFiles: number) =>
  tooLarge(`${filename} is one file too many, the limit is ${maxFiles} files per request`)

export const fieldTooLarge = (name: string, maxBytes: number) =>
  tooLarge(`${name} is larger than ${maxBytes} bytes, the limit per field`)

export const tooManyFields = (name: string, maxFields: number) =>
  tooLarge(`${name} is one field too many, the limit is ${maxFields} fields per request`)

export const tooManyParts = (maxParts: number, cause: unknown) =>
  new AppError('attachment.too_large', `the request has more than ${maxParts} parts, the limit per request`, {
    cause,
  })

const invalidPart = (name: string, fault: string) =>
  new AppError('attachment.invalid', `${name} ${fault}`, { errors: { [name]: [fault] } })

export const misplacedFile = (name: string, filename: string) =>
  invalidPart(name, `must not be a file: send ${filename} in a part named attachments[]`)

export const notAFile = (name: string) => invalidPart(name, 'must be a file, with a filename')

export const duplicateField = (name: string) => invalidPart(name, 'must be sent only once')

export const notUtf8 = (name: string) => invalidPart(name, 'must be UTF-8')

export const badPartName = (maxBytes: number, cause?: unknown) =>
  new AppError(
    'attachment.invalid',
    `every part needs a name of 1 to ${maxBytes} bytes that is not a property of every object`,
    { cause },
  )

export const notBase64 = (fields: string[]) =>
  new AppError('attachment.invalid', `${fields.join(', ')} must be base64`, {
    errors: Object.fromEntries(fields.map((field) => [field, ['must be base64']])),
  })

export const malformedForm = (cause: unknown) =>
  new AppError('attachment.malformed', 'the multipart body is malformed or ended too early', { cause })

export const unsatisfiableRange = (size: number) =>
  new AppError(
    'attachment.range_not_satisfiable',
    `the attachment has ${size} bytes, none of them in this range`,
    {
      headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes' },
    },
  )

export const storeUnavailable = (cause: unknown) =>
  new AppError('attachment.unavailable', 'the attachment cannot be had at present, try again shortly', {
    cause,
    headers: { 'retry-after': '10' },
  })

export const fileRequired = () =>
  new AppError(
    'attachment.required',
    'a file is required, in a part named attachments[], attachments or file',
    {
      errors: { 'attachments[]': ['is required'] },
    },
  )

/** One answer whatever is wrong with it, so that nobody learns which part of a made-up link was right. */
export const linkNotFound = () =>
  new AppError('download.not_found', 'this link is unknown, or its time is over')

export const attachmentNotFound = () => new AppError('attachment.not_found', 'attachment not found')

const wrongAttachmentUrl = (fault: string) =>
  new AppError('attachment.invalid', `attachment_url ${fault}`, { errors: { attachment_url: [fault] } })

export const invalidAttachmentUrl = () =>
  wrongAttachmentUrl(
    'must be the attachment_url of an upload, or an http or https URL of at most 2048 characters',
  )

export const unknownAttachmentUrl = () =>
  wrongAttachmentUrl('must be an upload of your own that no other ticket names')
