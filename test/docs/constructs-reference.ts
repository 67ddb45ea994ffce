import { globSync, readFileSync, writeFileSync } from "node:fs";

/**
 * The reference of `docs/constructs.md`, from the docstrings of `cdk/constructs/*.ts`.
 *
 * Usage: node test/docs/constructs-reference.ts   (writes it into the page)
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

/** A construct with its props, or an interface that several constructs take. */
export interface Entry {
  readonly name: string;
  readonly description: string;
  readonly props: readonly Prop[];
  /** What others need of a construct: public fields, and methods with `()`. */
  readonly exposes: readonly string[];
}

const DOCSTRING = String.raw`(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?`;
const INTERFACE = new RegExp(
  `${DOCSTRING}export interface (\\w+Props|IPlatform|FunctionDefaults)(?: extends [\\w, ]+)? \\{\\n([\\s\\S]*?)^\\}`,
  "gm",
);
const CLASS = new RegExp(`${DOCSTRING}export class (\\w+) [^{]*\\{\\n([\\s\\S]*?)^\\}`, "gm");
const MEMBER =
  /(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}readonly (\w+)(\?)?:\s*([\s\S]*?);\n/gm;

/** In the order of files and lines. */
export function referenceOfConstructs(): readonly Entry[] {
  return globSync("cdk/constructs/*.ts")
    .toSorted()
    .flatMap((file) => entriesOf(readFileSync(file, "utf8")));
}

function entriesOf(source: string): readonly Entry[] {
  const classes = new Map(
    [...source.matchAll(CLASS)].map(([, comment = "", name = "", body = ""]) => [
      name,
      { description: textOf(comment), exposes: exposedBy(body) },
    ]),
  );
  return [...source.matchAll(INTERFACE)].map(([, comment = "", name = "", body = ""]) => {
    const construct = classes.get(name.replace(/Props$/, ""));
    return {
      name: construct ? name.replace(/Props$/, "") : name,
      description: construct?.description ?? textOf(comment),
      props: propsOf(body),
      exposes: construct?.exposes ?? [],
    };
  });
}

function propsOf(body: string): readonly Prop[] {
  return [...body.matchAll(MEMBER)].map(([, comment = "", name = "", optional, type = ""]) => {
    const [description = "", otherwise] = textOf(comment).split(/\s*@default\s+/);
    return {
      name,
      type: type.replaceAll(/\s+/g, " ").replace(/ \| undefined$/, ""),
      isOptional: optional === "?",
      description: description.trim(),
      otherwise: otherwise?.replace(/^- /, "").trim(),
    };
  });
}

function exposedBy(body: string): readonly string[] {
  const fields = body.matchAll(/^ {2}readonly (\w+)\??:/gm);
  const methods = body.matchAll(
    /^ {2}(?!constructor|private|override|if|for)(?:static )?(\w+)\(/gm,
  );
  return [
    ...[...fields].map(([, name = ""]) => name),
    ...[...methods].map(([, name = ""]) => `${name}()`),
  ];
}

const textOf = (comment: string): string =>
  comment
    .replaceAll(/^\s*\* ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();

/** The section of an entry as `docs/constructs.md` has it. */
export function sectionOf({ name, description, props, exposes }: Entry): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = props.map(
    ({ name: prop, type, otherwise = "", description: meaning }) =>
      `| \`${prop}\` | \`${cell(type)}\` | ${cell(otherwise)} | ${cell(meaning)} |`,
  );
  return [
    `### \`${name}\``,
    ...(description === "" ? [] : [description]),
    ["| prop | type | default | |", "|---|---|---|---|", ...rows].join("\n"),
    ...(exposes.length === 0
      ? []
      : [`Exposes ${exposes.map((exposed) => `\`${exposed}\``).join(", ")}.`]),
  ].join("\n\n");
}

function writeReference(): void {
  const [head] = readFileSync(PAGE, "utf8").split(BEFORE);
  const sections = referenceOfConstructs().map((entry) => `\n${sectionOf(entry)}\n`);
  writeFileSync(PAGE, [head, BEFORE, ...sections].join(""));
}

if (import.meta.main) writeReference();
