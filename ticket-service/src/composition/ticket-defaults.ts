import type { Config } from '../config.ts'

/** What a ticket gets that names none. */
export function ticketDefaults(config: Config) {
  return {
    sourceId: config.ARMMADA_DEFAULT_SOURCE_ID,
    categoryId: config.ARMMADA_DEFAULT_CATEGORY_ID,
    typeId: config.ARMMADA_DEFAULT_TYPE_ID,
    priorityId: config.ARMMADA_DEFAULT_PRIORITY_ID,
  }
}
