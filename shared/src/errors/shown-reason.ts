/**
 * Why something failed, for whoever may look at it and must learn nothing of the inside: the sentence of an error that we make
 * ourselves, and of all others, whose sentences name statements, files and hosts, their code alone.
 */
export function shownReason(error: unknown): string {
  const isOurs = error instanceof Error && !isOfSystem(error) && !isOfLanguage(error)
  return isOurs ? error.message : `it failed on our side: ${codeOf(error)}`
}

/** The database's, the network's and the file system's. */
const isOfSystem = (error: Error) => ['sqlState', 'errno', 'syscall'].some((name) => name in error)

const isOfLanguage = (error: Error) =>
  [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
