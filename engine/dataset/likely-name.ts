/** At most this share of a name's characters may differ. */
const MOST_DIFFERENCE = 0.4;

/**
 * What a column that is gone is probably called now: the name that is equal without case and
 * punctuation, contains the other, or differs in the fewest characters.
 *
 * @param names that nobody asked for
 */
export function likelyName(missing: string, names: readonly string[]): string | undefined {
  const wanted = plain(missing);
  const [best] = names
    .map((name) => ({ name, difference: difference(wanted, plain(name)) }))
    .filter((one) => one.difference <= MOST_DIFFERENCE)
    .sort((a, b) => a.difference - b.difference);
  return best?.name;
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** 0 for equal names, 1 for names that have nothing in common. */
function difference(a: string, b: string): number {
  if (a === b) return 0;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 3 && long.includes(short)) return MOST_DIFFERENCE / 2;
  return editDistance(a, b) / Math.max(a.length, b.length, 1);
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
