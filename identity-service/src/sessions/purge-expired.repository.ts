import type { Database } from '../infrastructure/database.ts'

/** A session takes its refresh tokens with it, which are thousands. */
const sessionsAtOnce = 20
const rowsAtOnce = 500
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * Deletes what has expired and nobody asks for any more, a few rows at a time: sessions a day after their end, because a
 * token of theirs must not outlive them by a clock that is slow; one-time tokens; guesses; and of the feed what no
 * follower needs any more. They are looked up without locks and deleted by key: a range would block those who insert.
 */
export function createPurgeExpired(database: Database): (now: Date) => Promise<void> {
  return async (now) => {
    const before = (ms: number) => ({ expiresAt: { lt: new Date(now.getTime() - ms) } })

    const ended = before(dayMs)
    await untilFewer(sessionsAtOnce, async (take) => {
      const rows = await database.session.findMany({ where: ended, select: { id: true }, take })
      await database.session.deleteMany({ where: { ...ended, id: { in: rows.map(({ id }) => id) } } })
      return rows.length
    })

    const expired = before(0)
    await untilFewer(rowsAtOnce, async (take) => {
      const rows = await database.oneTimeToken.findMany({ where: expired, select: { hash: true }, take })
      const hashes = rows.map(({ hash }) => hash)
      await database.oneTimeToken.deleteMany({ where: { ...expired, hash: { in: hashes } } })
      return rows.length
    })
    await untilFewer(rowsAtOnce, async (take) => {
      const rows = await database.guess.findMany({ where: expired, select: { id: true }, take })
      await database.guess.deleteMany({ where: { ...expired, id: { in: rows.map(({ id }) => id) } } })
      return rows.length
    })

    const forgotten = before(hourMs)
    await untilFewer(rowsAtOnce, async (take) => {
      const rows = await database.feedEntry.findMany({ where: forgotten, select: { seq: true }, take })
      const seqs = rows.map(({ seq }) => seq)
      await database.feedEntry.deleteMany({ where: { ...forgotten, seq: { in: seqs } } })
      return rows.length
    })
  }
}

async function untilFewer(take: number, purge: (take: number) => Promise<number>): Promise<void> {
  while ((await purge(take)) === take);
}
