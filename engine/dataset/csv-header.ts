/** Characters that a csv file is written with. */
export interface CsvMarks {
  readonly delimiter: string;
  readonly quote: string;
}

/**
 * Names in the first record of a csv file (RFC 4180: quotes may hold delimiters, quotes and line ends).
 *
 * @param marks what the file is written with; "," and '"' unless told
 */
export function csvHeader(
  text: string,
  marks: CsvMarks = { delimiter: ",", quote: '"' },
): readonly string[] {
  const { delimiter, quote } = marks;
  const names: string[] = [];
  let name = "";
  let quoted = false;
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i);
    if (quoted) {
      if (character !== quote) name += character;
      else if (text.charAt(i + 1) === quote) name += text.charAt(i++);
      else quoted = false;
    } else if (character === quote) quoted = true;
    else if (character === "\n" || character === "\r") break;
    else if (character === delimiter) {
      names.push(name);
      name = "";
    } else name += character;
  }
  return [...names, name];
}

const DELIMITERS = [",", ";", "\t", "|"];

/** The delimiter by which the header has more of the wanted names than by the declared one, if there is one. */
export function likelyDelimiter(
  text: string,
  declared: CsvMarks,
  wanted: readonly string[],
): string | undefined {
  const found = (delimiter: string) => {
    const header = csvHeader(text, { ...declared, delimiter });
    return wanted.filter((name) => header.includes(name)).length;
  };
  const [best] = DELIMITERS.filter((delimiter) => delimiter !== declared.delimiter)
    .map((delimiter) => ({ delimiter, count: found(delimiter) }))
    .sort((a, b) => b.count - a.count);
  return best && best.count > found(declared.delimiter) ? best.delimiter : undefined;
}
