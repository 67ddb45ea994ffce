import type { Field, StoredDefinition } from "../../core/definition/model-definition.ts";

type NamedFields = readonly (readonly [string, Pick<Field, "type">])[];
type Texts = Readonly<Record<string, string>>;

/** Between tags; no tag may hold it. Alone it is the empty list. */
const BETWEEN_TAGS = "|";

/** Hexadecimal and the like, which `Number` reads, is not how a person writes a decimal. */
const DECIMAL = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/** What a form begins with: the definition's example. */
export function textsOf(fields: NamedFields, example: StoredDefinition["example"]): Texts {
  return Object.fromEntries(fields.map(([name]) => [name, textOf(example?.[name])]));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? BETWEEN_TAGS : value.join(BETWEEN_TAGS);
  return String(value ?? "");
}

/**
 * What a form's texts mean. What is empty is not sent; what does not read as the field's type is sent
 * as the text it is, for the endpoint to say what is wrong with it.
 */
export function instanceOf(fields: NamedFields, texts: Texts): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(([name, { type }]) => {
      const text = texts[name] ?? "";
      return text === "" ? [] : [[name, meaningOf(type, text)]];
    }),
  );
}

function meaningOf(type: Field["type"], text: string): unknown {
  if (type === "tags") return text.split(BETWEEN_TAGS).filter((tag) => tag !== "");
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (type !== "number" && type !== "integer") return text;
  const value = Number(text);
  const isExact = type === "number" || !Number.isInteger(value) || Number.isSafeInteger(value);
  return DECIMAL.test(text) && Number.isFinite(value) && isExact ? value : text;
}
