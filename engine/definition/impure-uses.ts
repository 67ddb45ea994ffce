import { readFile } from "node:fs/promises";
import { type BuildOptions, build, type Metafile } from "esbuild";

/** Something that a row feature must not use, and where the code names it, as far as that is known. */
export interface ImpureUse {
  readonly name: string;
  readonly why: string;
  /** Path as esbuild has it, and line from 1. */
  readonly place?: string;
}

const CLOCK = "take the time from a field of the row";
const OUTSIDE = "a row feature sees nothing but its row";
const RANDOM = "the same row must give the same value every time";
const TEXT = "code that is made of text is not bundled";
const MEMORY = "what it tells depends on the machine";

/** Names that are nobody's but the platform's, and what to do instead. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  "Date.now": CLOCK,
  performance: CLOCK,
  Temporal: CLOCK,
  setTimeout: CLOCK,
  setInterval: CLOCK,
  setImmediate: CLOCK,
  "Math.random": RANDOM,
  crypto: RANDOM,
  process: OUTSIDE,
  fetch: OUTSIDE,
  WebSocket: OUTSIDE,
  navigator: OUTSIDE,
  require: OUTSIDE,
  globalThis: OUTSIDE,
  global: OUTSIDE,
  __dirname: OUTSIDE,
  __filename: OUTSIDE,
  "import.meta": OUTSIDE,
  eval: TEXT,
  Function: TEXT,
  WebAssembly: TEXT,
  WeakRef: MEMORY,
  FinalizationRegistry: MEMORY,
  SharedArrayBuffer: MEMORY,
  Atomics: MEMORY,
};

const markOf = (i: number) => `__millrace_impure_${i}`;
const DATE = "__millrace_date";

/**
 * What a bundle of row features uses and must not. esbuild tells a global from a variable of the same
 * name and leaves out what nobody calls, so the bundle is made with other names in place of the globals,
 * and those are looked for.
 */
export async function impureUses(options: BuildOptions): Promise<readonly ImpureUse[]> {
  const names = Object.keys(FORBIDDEN);
  const define = Object.fromEntries(names.map((name, i) => [name, markOf(i)]));
  const { metafile, outputFiles } = await build({
    ...options,
    write: false,
    metafile: true,
    define: { ...define, Date: DATE },
  });
  const text = outputFiles[0]?.text ?? "";
  const uses = names.flatMap((name, i): readonly ImpureUse[] => {
    const isUsed = new RegExp(`\\b${markOf(i)}\\b`).test(text);
    return isUsed ? [{ name, why: FORBIDDEN[name] as string }] : [];
  });
  const found = [...uses, ...clockDates(text), ...outsideImports(metafile, text)];
  return Promise.all(found.map((use) => placed(use, metafile)));
}

/** `new Date`, `new Date()` and `Date(…)` are the time of the day. */
function clockDates(text: string): readonly ImpureUse[] {
  const reads = new RegExp(`\\bnew ${DATE}\\b(?!\\()|\\bnew ${DATE}\\(\\)|(?<!new )\\b${DATE}\\(`);
  return reads.test(text) ? [{ name: "new Date()", why: CLOCK }] : [];
}

function outsideImports(metafile: Metafile, text: string): readonly ImpureUse[] {
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const named = imported.map(({ path }) => ({ name: `an import of ${path}`, why: OUTSIDE }));
  if (named.length > 0 || !/\bimport\(/.test(text)) return named;
  return [{ name: "import()", why: OUTSIDE }];
}

/** The first line of the sources that has the name: a hint, for a comment may have it too. */
async function placed(use: ImpureUse, { inputs }: Metafile): Promise<ImpureUse> {
  const name = use.name.replace(/^an import of /, "").replace(/\(\)$/, "");
  const pattern = new RegExp(`(?<![\\w.])${name.replaceAll(".", "\\.")}(?!\\w)`);
  for (const path of Object.keys(inputs)) {
    if (path === "<stdin>") continue;
    const lines = (await readFile(path, "utf8")).split("\n");
    const line = lines.findIndex((text) => pattern.test(text));
    if (line >= 0) return { ...use, place: `${path}:${line + 1}` };
  }
  return use;
}
