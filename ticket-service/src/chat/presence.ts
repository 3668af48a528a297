export const presenceStatuses = ['online', 'away'] as const

/** `online`: takes new chats. `away`: takes none, and stays in those that are under way. */
export type PresenceStatus = (typeof presenceStatuses)[number]

/** Somebody of the staff who is there. */
export type PresentAgent = { userId: number; name: string; status: PresenceStatus }
