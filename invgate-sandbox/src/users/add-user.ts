import type { Static } from 'typebox'
import { LogicalFault } from '../api/failures.ts'
import { isOn } from '../api/parameters.ts'
import type { World } from '../world/world.ts'
import { findUser } from './find-user.ts'
import type { User } from './user.ts'
import type { newUser } from './users.schemas.ts'

/** Adds a user; the password that a caller may send is not kept. @throws LogicalFault when e-mail or username is taken. */
export function addUser(world: World, wanted: Static<typeof newUser>): User {
  const username = wanted.username ?? wanted.email
  if (findUser(world, { email: wanted.email }) !== null) throw new LogicalFault('The email is already in use')
  if (findUser(world, { username }) !== null) throw new LogicalFault('The username is already in use')
  const user: User = {
    id: world.nextId('user'),
    name: wanted.name,
    lastname: wanted.lastname,
    email: wanted.email,
    username,
    otherEmail: wanted['other-email'] ?? null,
    isExternal: isOn(wanted.is_external),
  }
  world.users.set(user.id, user)
  return user
}
