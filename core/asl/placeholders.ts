/** Names inside `${…}` in the text of a state machine, sorted, each once. */
export function placeholdersOf(asl: string): readonly string[] {
  const names = Array.from(asl.matchAll(/\$\{(\w+)\}/g), ([, name]) => name as string);
  return [...new Set(names)].sort();
}

/**
 * The text with every `${Name}` replaced.
 *
 * @throws {Error} if names and placeholders are not the same set; says which are too many or missing.
 */
export function fillPlaceholders(asl: string, values: Readonly<Record<string, string>>): string {
  const wanted = placeholdersOf(asl);
  const given = Object.keys(values).sort();
  if (wanted.join() !== given.join()) {
    throw new Error(`placeholders are [${wanted}] but values are for [${given}]; make them match`);
  }
  return asl.replace(/\$\{(\w+)\}/g, (_match, name: string) => values[name] as string);
}
