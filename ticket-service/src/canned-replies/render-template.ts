export type Values = {
  'ticket.title': string
  'requester.name': string
  'agent.name': string
}

const placeholder = /\{\{ *([a-z]+\.[a-z]+) *\}\}/g

/**
 * Fills in `{{ticket.title}}`, `{{requester.name}}` and `{{agent.name}}`. Any other pair of braces stays as it is, and what is
 * filled in is not looked at again.
 */
export function renderTemplate(template: string, values: Values): string {
  const known = new Map(Object.entries(values))
  return template.replace(placeholder, (whole, name: string) => known.get(name) ?? whole)
}
