/** Whether the database refuses the row itself, so that trying again is in vain: SQLSTATE classes 22 (data) and 23 (integrity). */
export function isRowAtFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    'sqlState' in error &&
    typeof error.sqlState === 'string' &&
    /^2[23]/.test(error.sqlState)
  )
}
