/** An identifier, quoted: it names a column or table whatever characters it has. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A string literal. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A list of string literals, such as `['a','b']`. */
export const sqlTexts = (texts: readonly string[]): string => `[${texts.map(sqlText).join(",")}]`;
