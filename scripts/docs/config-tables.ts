import type { TObject, TSchema } from 'typebox'

type Property = TSchema & {
  type?: string
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  description?: string
  items?: { enum?: unknown[] }
}

/** A Markdown table of an environment: one row a variable, from the schema that the service itself reads it with. */
export function configTable(schema: TObject): string {
  const required = new Set<string>(schema.required)
  const rows = Object.entries<Property>(schema.properties).map(([name, property]) => {
    const cells = [
      `\`${name}\``,
      defaultOf(property, required.has(name)),
      kindOf(property),
      property.description ?? '',
    ]
    return `| ${cells.join(' | ')} |`
  })
  return ['| variable | default | kind | what it is |', '|---|---|---|---|', ...rows].join('\n')
}

function defaultOf(property: Property, required: boolean): string {
  const value = property.default
  if (value === undefined) return required ? '**required**' : '–'
  const text = Array.isArray(value) ? value.join(',') : String(value)
  return text === '' ? 'empty' : `\`${text}\``
}

function kindOf(property: Property): string {
  if (property.enum !== undefined) return property.enum.join(', ')
  if (property.type === 'array') return `list of ${property.items?.enum?.join(', ') ?? 'text'}`
  if (property.type !== 'integer') return 'text'
  const { minimum, maximum } = property
  return ['integer', minimum === undefined ? '' : `≥ ${minimum}`, maximum === undefined ? '' : `≤ ${maximum}`]
    .filter((part) => part !== '')
    .join(' ')
}
