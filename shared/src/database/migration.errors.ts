/** Why a migration cannot be applied or resolved, as a sentence for whoever operates the service. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MigrationError'
  }
}
