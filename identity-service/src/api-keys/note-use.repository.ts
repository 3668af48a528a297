import type { Database } from '../infrastructure/database.ts'

const minute = 60_000

/**
 * Remembers when an API key was used: to the minute and never backwards, because a key may be used hundreds of times a
 * second and by reports that come late.
 * @param known what was read of the key a moment ago, so that most uses write nothing
 */
export async function noteApiKeyUse(
  database: Database,
  { id, lastUsedAt }: { id: number | bigint; lastUsedAt: Date | null },
  usedAt: Date,
): Promise<void> {
  const stale = new Date(usedAt.getTime() - minute)
  if (lastUsedAt !== null && lastUsedAt > stale) return
  await database.apiKey.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: stale } }] },
    data: { lastUsedAt: usedAt },
  })
}
