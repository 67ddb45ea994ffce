import type { SchemaObject } from "./openapi-document.ts";

type Schemas = Readonly<Record<string, SchemaObject>>;

const asSchema = (value: unknown): SchemaObject => (value ?? {}) as SchemaObject;
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * A JSON Schema as a type in TypeScript's words, for people to read. References are followed.
 *
 * @param schemas that references name
 * @param indent spaces before the lines of an object
 */
export function shapeText(schema: SchemaObject, schemas: Schemas, indent = ""): string {
  const { $ref, type, items, properties, additionalProperties } = schema;
  if (typeof $ref === "string") {
    return shapeText(asSchema(schemas[$ref.split("/").at(-1) as string]), schemas, indent);
  }
  const choices = asList(schema.anyOf);
  if (choices.length > 0) {
    const texts = choices.map((choice) => shapeText(asSchema(choice), schemas, indent));
    return [...new Set(texts)].join(" | ");
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((v) => JSON.stringify(v)).join(" | ");
  if (Array.isArray(type)) return type.join(" | ");
  if (type === "array") return listText(shapeText(asSchema(items), schemas, indent));
  if (type !== "object") return typeof type === "string" ? type : "any";
  if (properties !== undefined) return membersText(schema, schemas, indent);
  return `{ [name]: ${shapeText(asSchema(additionalProperties), schemas, indent)} }`;
}

const listText = (element: string) =>
  element.includes(" | ") && !element.startsWith("{") ? `(${element})[]` : `${element}[]`;

function membersText(schema: SchemaObject, schemas: Schemas, indent: string): string {
  const required = new Set(asList(schema.required));
  const inner = `${indent}  `;
  const lines = Object.entries(asSchema(schema.properties)).map(([name, value]) => {
    const mark = required.has(name) ? "" : "?";
    return `${inner}${name}${mark}: ${shapeText(asSchema(value), schemas, inner)}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}
