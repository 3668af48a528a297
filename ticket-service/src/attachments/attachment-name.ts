const maxNameBytes = 255
/** A longer tail after a dot is part of the name, not what kind of file it is. */
const maxExtensionBytes = 32
const fallback = 'attachment'

// Zero-width joiners are apart: Persian and emoji are spelled with them.
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu
const strayJoiners = /(?<![^\0-\x7f\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\0-\x7f\u200c\u200d])/gu

/**
 * Makes a sent file name safe to store and to offer for saving: NFC, the last segment of a path (`/` and `\`), no control,
 * direction or other unseen characters, no dots or spaces at the end, at most 255 bytes of UTF-8 cut between
 * characters as people see them, with the extension kept. Never empty: `attachment` when nothing is left.
 */
export function cleanFilename(name: string): string {
  const visible = name.toWellFormed().replace(unseen, '').replace(strayJoiners, '').normalize('NFC')
  const base = trim(visible.split(/[/\\]/).findLast((segment) => trim(segment) !== '') ?? '')
  return base === '' ? fallback : shorten(base)
}

/** A declared media type without its parameters, lower case; null when it is none (RFC 6838, section 4.2). */
export function cleanMediaType(text: string | undefined): string | null {
  const type = text?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}$/.test(type) ? type : null
}

/** Dots and spaces at the end are dropped by Windows, and would uncover another extension. */
function trim(segment: string): string {
  let end = segment.length
  while (end > 0 && /[\s.]/.test(segment.charAt(end - 1))) end -= 1
  return segment.slice(0, end).trimStart()
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxNameBytes) return name
  const dot = name.lastIndexOf('.')
  const tail = dot > 0 ? name.slice(dot) : ''
  const extension = Buffer.byteLength(tail) <= maxExtensionBytes ? tail : ''
  const stem = name.slice(0, name.length - extension.length)
  const kept = trim(firstBytes(stem, maxNameBytes - Buffer.byteLength(extension)))
  return `${kept === '' ? fallback : kept}${extension}`
}

function firstBytes(text: string, maxBytes: number): string {
  // No character is shorter than a byte: the segmenter need not see what cannot fit.
  const candidate = text.slice(0, maxBytes + 1)
  let kept = ''
  let bytes = 0
  for (const { segment, index } of new Intl.Segmenter('en').segment(candidate)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > maxBytes) break
    kept = candidate.slice(0, index + segment.length)
  }
  return kept
}
