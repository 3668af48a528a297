/** To compare texts that went through InvGate, which may trim and rewrap what it is given. */
export function foldText(text: string | null): string {
  return (text ?? '').replace(/\s+/g, ' ').trim()
}
