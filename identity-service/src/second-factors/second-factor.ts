/** A TOTP secret of an account. In force once a code of it was given. */
export type SecondFactor = {
  userId: number
  /** sealed; another enrolment has another one */
  secret: Uint8Array
  confirmed: boolean
  /** The newest time step whose code was taken. */
  lastStep: number
}
