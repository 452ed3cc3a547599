/** Enum values from a list of strings and a description for each, so that none can go without. */

/** The values of a Pothos enum whose TypeScript strings and GraphQL names are the same. */
export function describedValues<const Value extends string>(
  values: readonly Value[],
  descriptions: Readonly<Record<Value, string>>,
): Record<Value, { value: Value; description: string }> {
  const entries = values.map((value) => [value, { value, description: descriptions[value] }] as const)
  return Object.fromEntries(entries) as Record<Value, { value: Value; description: string }>
}
