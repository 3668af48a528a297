import type { Config } from '../config.ts'
import { readMappingEntries } from '../mirror/invgate-mapping.ts'

/** What stands for what in InvGate, for a tenant that has set nothing of its own. */
export function installationMapping(config: Config) {
  return readMappingEntries({
    categories: config.INVGATE_CATEGORY_MAP,
    priorities: config.INVGATE_PRIORITY_MAP,
  })
}
