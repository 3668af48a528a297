import { Prisma } from './generated/client.ts'

const uniqueViolation = 'P2002'

/** What `write` gives, or null when it would have made something twice that there may be once. */
export async function nullIfTaken<T>(write: () => Promise<T>): Promise<T | null> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === uniqueViolation) return null
    throw error
  }
}
