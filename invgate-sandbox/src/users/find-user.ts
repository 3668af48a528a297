import type { World } from '../world/world.ts'
import type { User } from './user.ts'

export type UserKey = { id?: number; email?: string; username?: string }

/** The first user that one of the given keys names; e-mail and username are compared regardless of case. */
export function findUser(world: World, key: UserKey): User | null {
  if (key.id !== undefined) return world.users.get(key.id) ?? null
  for (const user of world.users.values()) {
    if (key.email !== undefined && isSame(user.email, key.email)) return user
    if (key.username !== undefined && isSame(user.username, key.username)) return user
  }
  return null
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}
