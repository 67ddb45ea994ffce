/**
 * Order of two texts by code point, which is the order of their UTF-8 bytes. JavaScript's own order is
 * by UTF-16 code unit: it puts characters beyond U+FFFF before those from U+E000 to U+FFFF.
 *
 * @returns below 0 if `a` is first, above 0 if `b` is, 0 if they are equal
 */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates, 0xD800 to 0xDFFF, are parts of characters beyond all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
