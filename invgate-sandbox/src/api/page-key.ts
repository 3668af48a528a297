import { Refusal } from './failures.ts'

/** Encodes InvGate's opaque page key: base64 of `{"last_id":n}`. */
export function encodePageKey(lastId: number): string {
  return Buffer.from(JSON.stringify({ last_id: lastId })).toString('base64')
}

/** The last id that was seen, 0 without a key. @throws Refusal 428 when the key is none of ours. */
export function decodePageKey(key: string | undefined): number {
  if (key === undefined || key === '') return 0
  try {
    const { last_id: lastId } = JSON.parse(Buffer.from(key, 'base64').toString('utf8'))
    if (Number.isSafeInteger(lastId)) return lastId
  } catch {}
  throw new Refusal(428, 'page_key is invalid')
}
