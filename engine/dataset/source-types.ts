/** DuckDB types that each column of a source has in its files, each type once and in order. */
export type SourceTypes = Readonly<Record<string, readonly string[]>>;

/** Types of the columns of several files together: however files are grouped, the same. */
export function sourceTypes(
  files: readonly (readonly (readonly [column: string, types: readonly string[]])[])[],
): SourceTypes {
  const found = new Map<string, Set<string>>();
  for (const [column, types] of files.flat()) {
    const known = found.get(column) ?? new Set();
    for (const type of types) known.add(type);
    found.set(column, known);
  }
  return Object.fromEntries([...found].map(([column, types]) => [column, [...types].sort()]));
}

/** Each column's type in words; of types that differ from file to file every one. */
export const typeWords = (types: SourceTypes): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(types).map(([column, all]) => [column, all.join(" or ")]));
