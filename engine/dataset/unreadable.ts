import { DataContractError } from "../../core/errors.ts";

/**
 * What DuckDB says of bytes that it cannot read, as an error of the data's owner; anything else, a
 * full disk say, stays what it is.
 */
export function unreadable(what: string, cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error(String(cause));
  const [, reason] =
    /^(?:Invalid|Invalid Input|IO|Serialization) Error: (.*)/.exec(cause.message) ?? [];
  if (reason === undefined || /no space left|temp_directory/i.test(reason)) return cause;
  return new DataContractError(
    `${what} cannot be read: ${inPlainWords(reason)}; store it again in its declared format`,
    { cause },
  );
}

/** DuckDB names files by their path on this machine, which means nothing to the reader. */
function inPlainWords(reason: string): string {
  if (/CSV Parser state machine reached an invalid state/.test(reason)) {
    return "its line ends or quotes are not those of one csv file (RFC 4180); \\r\\n and \\n may be mixed";
  }
  return reason.replaceAll(/(?:\bfile )?["']?\/[^\s"']*["']?/g, "the file");
}
