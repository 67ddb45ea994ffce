import type { Field, StoredDefinition } from "../../core/definition/model-definition.ts";

type NamedFields = readonly (readonly [string, Pick<Field, "type">])[];
type Texts = Readonly<Record<string, string>>;

/** What a form begins with: the definition's example. */
export function textsOf(fields: NamedFields, example: StoredDefinition["example"]): Texts {
  return Object.fromEntries(fields.map(([name]) => [name, String(example?.[name] ?? "")]));
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
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  if (type !== "number" && type !== "integer") return text;
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) ? text : value;
}
