import { InvalidInputError, TooLargeError } from "../errors.ts";

/**
 * The fields of csv, line by line, by RFC 4180; a byte order mark is skipped.
 *
 * @param mostLines beyond which there is no use in reading on
 * @throws {InvalidInputError} if a quote does not end, or something stands behind one.
 * @throws {TooLargeError} on more lines
 */
export function csvLines(text: string, mostLines: number): readonly (readonly string[])[] {
  const lines: string[][] = [];
  let line: string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length || line.length > 0) {
    const field = text[at] === '"' ? quotedField(text, at, lines.length) : bareField(text, at);
    line.push(field.value);
    at = field.end + 1;
    if (text[field.end] === ",") continue;
    if (text[field.end] === "\r" && text[at] === "\n") at += 1;
    lines.push(line);
    if (lines.length > mostLines) throw new TooLargeError(`csv has more than ${mostLines} lines`);
    line = [];
  }
  return lines;
}

interface FoundField {
  readonly value: string;
  /** Where the comma, the end of the line or the end of the text stands. */
  readonly end: number;
}

const END = /[,\r\n]/g;

function bareField(text: string, from: number): FoundField {
  END.lastIndex = from;
  const end = END.exec(text)?.index ?? text.length;
  return { value: text.slice(from, end), end };
}

function quotedField(text: string, from: number, line: number): FoundField {
  let close = from + 1;
  for (;;) {
    close = text.indexOf('"', close);
    if (close < 0)
      throw new InvalidInputError(`line ${line + 1} of the csv has a quote without end`);
    if (text[close + 1] !== '"') break;
    close += 2;
  }
  const end = close + 1;
  if (end < text.length && !",\r\n".includes(text[end] as string)) {
    throw new InvalidInputError(`line ${line + 1} of the csv has text behind a quote`);
  }
  return { value: text.slice(from + 1, close).replaceAll('""', '"'), end };
}
