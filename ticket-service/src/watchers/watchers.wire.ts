import type { Watcher } from './watcher.ts'
import type { WatcherWire } from './watchers.schemas.ts'

/** The one place that maps watchers to the wire. */
export function toWireWatcher({ userId, name, createdAt }: Watcher): WatcherWire {
  return { user_id: userId, name, created_at: createdAt.toISOString() }
}
