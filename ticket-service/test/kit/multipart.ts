const boundary = 'a-boundary-of-the-tests'

export type Part = { name: string; filename?: string; type?: string; content: string | Buffer }

/** A multipart/form-data request, byte for byte as it is asked for; quotes and backslashes of a filename are escaped (RFC 2183). */
export function form(...parts: Part[]): { headers: { 'content-type': string }; payload: Buffer } {
  const chunks = parts.flatMap(({ name, filename, type, content }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${
        filename === undefined ? '' : `; filename="${filename.replace(/["\\]/g, '\\$&')}"`
      }\r\n${type === undefined ? '' : `content-type: ${type}\r\n`}\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

export function file(filename: string, content: string | Buffer, type = 'application/octet-stream'): Part {
  return { name: 'attachments[]', filename, type, content }
}
