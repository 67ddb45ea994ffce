import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Every page that a reader may follow. */
export const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...globSync("docs/**/*.md"),
  ...globSync("models/*/README.md"),
]
  .map((page) => page.replaceAll("\\", "/"))
  .sort();

export const pageText = (page: string): string => readFileSync(resolve(page), "utf8");

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** It follows a comment that says why tests leave it out. */
  readonly isLeftOut: boolean;
}

export function codeBlocks(text: string): readonly CodeBlock[] {
  const blocks = text.matchAll(/(<!-- not executed by tests[^>]*-->\n)?```(\w*)\n([\s\S]*?)```/g);
  return [...blocks].map(([, leftOut, language = "", body = ""]) => ({
    language,
    text: body,
    isLeftOut: leftOut !== undefined,
  }));
}

/** Commands of a shell block: comments gone, continued lines joined. */
export function commandsOf({ text }: CodeBlock): readonly string[] {
  const lines = joinQuoted(text.replace(/\\\n\s*/g, " ").split("\n"));
  return lines
    .map((line) => line.replace(/\s+# .*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Joins lines while a single quote is open. */
function joinQuoted(lines: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const open = (joined.at(-1)?.split("'").length ?? 1) % 2 === 0;
    if (open) joined.push(`${joined.pop()} ${line.trim()}`);
    else joined.push(line);
  }
  return joined;
}

/** Words of a command as a shell splits them; only plain and single-quoted or double-quoted words. */
export function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}
