import { invalidPageKey } from './tickets.errors.ts'

/** The opaque page key of InvGate's lists: base64 of `{"last_id":N}`, N being the last id that was seen. */
export function writePageKey(lastId: number): string {
  return Buffer.from(JSON.stringify({ last_id: lastId })).toString('base64')
}

/** @throws AppError ticket.invalid */
export function readPageKey(pageKey: string): number {
  const lastId = parseLastId(Buffer.from(pageKey, 'base64').toString())
  if (lastId === null) throw invalidPageKey()
  return lastId
}

function parseLastId(json: string): number | null {
  try {
    const { last_id: lastId } = JSON.parse(json)
    return Number.isSafeInteger(lastId) && lastId >= 0 ? lastId : null
  } catch {
    return null
  }
}
