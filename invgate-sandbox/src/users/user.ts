export type User = {
  readonly id: number
  readonly name: string
  readonly lastname: string
  readonly email: string
  readonly username: string
  readonly otherEmail: string | null
  readonly isExternal: boolean
}

export function presentUser({ id, name, lastname, email, username, otherEmail, isExternal }: User) {
  return { id, name, lastname, email, username, other_email: otherEmail, is_external: isExternal }
}
