import type { FastifyRequest } from 'fastify'
import type { Static, TObject } from 'typebox'
import type { FileStore, StoredFile } from '../attachments/file-store.ts'
import type { Notation, ParameterReader } from './parameters.ts'

export type ReceivedFile = StoredFile & { readonly name: string; readonly contentType: string }

type Values = Record<string, unknown>

/**
 * Takes a call's body in: JSON, form-urlencoded, or multipart with files in parts named `attachments[]`.
 * Hands parameters that fit the schema, and the files, to `commit`; leaves no file behind if anything fails.
 */
export type Receive = <T extends TObject, R>(
  request: FastifyRequest,
  schema: T,
  commit: (values: Static<T>, files: ReceivedFile[]) => R,
) => Promise<R>

export function createReceiver(store: FileStore, parameters: ParameterReader): Receive {
  return async (request, schema, commit) => {
    const files: ReceivedFile[] = []
    try {
      const body = request.isMultipart() ? await receiveParts(request, store, files) : request.body
      return commit(parameters.read(schema, withQuery(request, body), notationOf(request)), files)
    } catch (error) {
      await store.discard(files)
      throw error
    }
  }
}

/** Live instances were seen to want parameters of a writing call in the query, too. */
function withQuery({ query }: FastifyRequest, body: unknown): unknown {
  return hasEntries(query) ? Object.assign({}, query, body) : (body ?? {})
}

function notationOf(request: FastifyRequest): Notation {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '')
  return isJson && !hasEntries(request.query) ? 'json' : 'text'
}

function hasEntries(query: unknown): boolean {
  return Object.keys(query ?? {}).length > 0
}

async function receiveParts(
  request: FastifyRequest,
  store: FileStore,
  files: ReceivedFile[],
): Promise<Values> {
  const values: Values = {}
  for await (const part of request.parts()) {
    if (part.type === 'field') values[part.fieldname] = part.value
    else if (part.fieldname !== 'attachments[]') part.file.resume()
    else files.push({ ...(await store.write(part.file)), name: part.filename, contentType: part.mimetype })
  }
  return values
}
