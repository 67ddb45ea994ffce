import { globSync, readFileSync, writeFileSync } from "node:fs";

/**
 * The tables of `docs/constructs.md`, from the docstrings of `cdk/constructs/*.ts`.
 *
 * Usage: node test/docs/props-tables.ts   (writes them into the page)
 */
const PAGE = "docs/constructs.md";
const BEFORE = "What has no default is required.\n";

export interface Prop {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  /** Of the docstring, without `@default`; empty where there is none. */
  readonly description: string;
  /** `undefined` where the docstring names none. */
  readonly otherwise: string | undefined;
}

/** Interfaces by which people use the constructs, by name, in the order of files and lines. */
export function propsOfConstructs(): ReadonlyMap<string, readonly Prop[]> {
  const files = globSync("cdk/constructs/*.ts").toSorted();
  const interfaces = files.flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(
      /^export interface (\w+Props|IPlatform|FunctionDefaults) \{\n([\s\S]*?)^\}/gm,
    ),
  ]);
  return new Map(interfaces.map(([, name = "", body = ""]) => [name, membersOf(body)]));
}

const MEMBER =
  /(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}readonly (\w+)(\?)?:\s*([\s\S]*?);\n/gm;

function membersOf(body: string): readonly Prop[] {
  return [...body.matchAll(MEMBER)].map(([, comment = "", name = "", optional, type = ""]) => {
    const text = comment
      .replaceAll(/^\s*\* ?/gm, "")
      .replaceAll(/\s+/g, " ")
      .trim();
    const [description = "", otherwise] = text.split(/\s*@default\s+/);
    return {
      name,
      type: type.replaceAll(/\s+/g, " ").replace(/ \| undefined$/, ""),
      isOptional: optional === "?",
      description: description.trim(),
      otherwise: otherwise?.replace(/^- /, "").trim(),
    };
  });
}

/** The table of an interface as `docs/constructs.md` has it. */
export function tableOf(props: readonly Prop[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = props.map(
    ({ name, type, otherwise = "", description }) =>
      `| \`${name}\` | \`${cell(type)}\` | ${cell(otherwise)} | ${cell(description)} |`,
  );
  return ["| prop | type | default | |", "|---|---|---|---|", ...rows].join("\n");
}

function writeTables(): void {
  const [head] = readFileSync(PAGE, "utf8").split(BEFORE);
  const tables = [...propsOfConstructs()].map(
    ([name, props]) => `\n### \`${name}\`\n\n${tableOf(props)}\n`,
  );
  writeFileSync(PAGE, [head, BEFORE, ...tables].join(""));
}

if (import.meta.main) writeTables();
