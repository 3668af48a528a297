import type { Importable, UnpublishedRepository } from './unpublished.repository.ts'

const batch = 100
const kinds: readonly Importable[] = ['tenant', 'user', 'team']

/**
 * Publishes the tenants, accounts and teams that the feed does not tell of, because they were imported or are older
 * than it. At start, and safe to run by several replicas at once. @returns how many
 */
export async function publishMissing(unpublished: UnpublishedRepository): Promise<number> {
  let published = 0
  for (const kind of kinds) {
    let ids = await unpublished.find(kind, 0, batch)
    while (ids.length > 0) {
      published += await unpublished.publish(kind, ids)
      ids = await unpublished.find(kind, ids.at(-1) ?? 0, batch)
    }
  }
  return published
}
