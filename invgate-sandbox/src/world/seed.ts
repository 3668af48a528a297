import type { User } from '../users/user.ts'

/** The last id taken before the first call. Each kind counts in a range of its own, so that mixed-up ids show. */
export const firstIds = { incident: 1000, comment: 5000, attachment: 7000, user: 100 }

/** The account behind the API key. */
export const apiUser: User = {
  id: 1,
  name: 'API',
  lastname: 'Account',
  email: 'api@sandbox.invalid',
  username: 'api',
  otherEmail: null,
  isExternal: false,
}

export type Named = { readonly id: number; readonly name: string }

const named = (names: Record<number, string>): Named[] =>
  Object.entries(names).map(([id, name]) => ({ id: Number(id), name }))

/** The attributes of an incident, with the ids that were seen live. */
export const attributes = {
  status: named({
    1: 'New',
    2: 'Open',
    3: 'Pending',
    4: 'Waiting',
    5: 'Solved',
    6: 'Closed',
    7: 'Rejected',
    8: 'Cancelled',
  }),
  priority: named({ 1: 'Low', 2: 'Medium', 3: 'High', 4: 'Urgent', 5: 'Critical' }),
  type: named({ 1: 'Incident', 2: 'Service Request', 3: 'Question', 4: 'Problem', 5: 'Change', 6: 'Major' }),
  source: named({ 1: 'Email', 2: 'Web', 3: 'Phone', 8: 'API' }),
}

export type Category = Named & { readonly parentId: number }

/** A small tree; `parentId` 0 is the root. */
export const categories: readonly Category[] = [
  { id: 1, name: 'Hardware', parentId: 0 },
  { id: 2, name: 'Laptop', parentId: 1 },
  { id: 3, name: 'Printer', parentId: 1 },
  { id: 4, name: 'Phone', parentId: 1 },
  { id: 5, name: 'Software', parentId: 0 },
  { id: 6, name: 'E-mail', parentId: 5 },
  { id: 7, name: 'Office suite', parentId: 5 },
  { id: 8, name: 'Access', parentId: 0 },
  { id: 9, name: 'Password reset', parentId: 8 },
  { id: 10, name: 'VPN', parentId: 8 },
  { id: 11, name: 'Billing', parentId: 0 },
  { id: 12, name: 'Other', parentId: 0 },
]
