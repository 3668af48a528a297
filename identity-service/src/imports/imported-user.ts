import { isEmail } from '../accounts/login-name.ts'

/** The columns of the older `users` table (contract 2). */
export const columns = ['id', 'name', 'last_name', 'email', 'password', 'created_at'] as const
export type Column = (typeof columns)[number]
export const requiredColumns = columns.filter((column) => column !== 'id')

/** A row as it was read. @property line of the file, or the row's number in the table */
export type SourceRow = {
  line: number
  values: Partial<Record<Column, string | null>>
  /** what made it unreadable as a row */
  broken?: string
}

export type ImportedUser = {
  id: number | null
  name: string
  lastName: string
  email: string
  /** bcrypt, as it was */
  passwordHash: string
  createdAt: Date | null
}

export type Problem = { line: number; column: Column | null; reason: string }

/** Larger numbers would leave little room for those that are given out next. */
const largestId = 2 ** 31 - 1
/** A cost above this would let one log-in hold a thread for seconds. */
const bcryptHash = /^\$2[aby]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/
const time = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?$/

const dayMs = 24 * 60 * 60 * 1000

/** A row as it is to be imported, or all that is wrong with it. */
export function checkRow({ line, values, broken }: SourceRow): ImportedUser | Problem[] {
  if (broken !== undefined) return [{ line, column: null, reason: broken }]
  const { id, name, last_name: lastName, email, password, created_at: createdAt } = values
  const problems: Problem[] = []
  const refuse = (column: Column, reason: string) => void problems.push({ line, column, reason })

  if (isTooLong(name)) refuse('name', 'must be at most 100 characters long')
  if (isTooLong(lastName)) refuse('last_name', 'must be at most 100 characters long')
  if (!isEmail(email ?? '')) refuse('email', 'must be an e-mail address of at most 190 characters')
  if (!bcryptHash.test(password ?? ''))
    refuse('password', 'must be a bcrypt hash ($2a$, $2b$ or $2y$) of a cost from 4 to 14')
  const number = isAbsent(id) ? null : toId(id)
  if (number === undefined) refuse('id', `must be an integer from 1 to ${largestId}`)
  const date = isAbsent(createdAt) ? null : toTime(createdAt)
  if (date === undefined) refuse('created_at', 'must be a time that was, such as 2020-01-02 03:04:05 (UTC)')

  if (problems.length > 0 || number === undefined || date === undefined) return problems
  return {
    id: number,
    name: name ?? '',
    lastName: lastName ?? '',
    email: email ?? '',
    passwordHash: password ?? '',
    createdAt: date,
  }
}

function isAbsent(value: string | null | undefined): value is null | undefined | '' {
  return value === null || value === undefined || value === ''
}

function isTooLong(value: string | null | undefined): boolean {
  return [...(value ?? '')].length > 100
}

function toId(text: string): number | undefined {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0
  return id >= 1 && id <= largestId ? id : undefined
}

/** UTC where it names no offset, as MySQL writes it. */
function toTime(text: string): Date | undefined {
  const [, year, month, day, clock, fraction = '', offset = 'Z'] = time.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T${clock}${fraction.slice(0, 4)}${offset}`)
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  const was = date.getTime() > 0 && date.getTime() < Date.now() + dayMs
  return isDay && was ? date : undefined
}
