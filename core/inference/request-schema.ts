import { MOST_INSTANCES } from "./parse-instances.ts";
import { type RequestMember, type RequestParts, requestMembers } from "./request-fields.ts";

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (2020-12) of the body of `POST /models/<model>/predictions`, from the definition alone. */
export function requestSchema(definition: RequestParts): JsonSchema {
  const fields = requestMembers(definition);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      instances: {
        type: "array",
        minItems: 1,
        maxItems: MOST_INSTANCES,
        items: {
          type: "object",
          properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
          required: fields.filter(({ required }) => required).map(({ name }) => name),
          additionalProperties: false,
        },
      },
    },
    required: ["instances"],
    additionalProperties: false,
  };
}

function fieldSchema(field: RequestMember): JsonSchema {
  const text = [field.description, field.unit && `in ${field.unit}`].filter(Boolean).join(", ");
  const type = valueSchema(field);
  const nullable = field.required ? type : { anyOf: [type, { type: "null" }] };
  return text === "" ? nullable : { description: text, ...nullable };
}

function valueSchema({ type, min, max, values, maxLength }: RequestMember): JsonSchema {
  switch (type) {
    case "number":
    case "integer":
      return {
        type,
        ...(min === undefined ? {} : { minimum: min }),
        ...(max === undefined ? {} : { maximum: max }),
      };
    case "boolean":
      return { type };
    case "category":
      return { type: "string", maxLength, ...(values === undefined ? {} : { enum: values }) };
    case "timestamp":
      return { type: "string", format: "date-time" };
    case "tags":
      return {
        type: "array",
        items: values === undefined ? { type: "string", pattern: "^[^|]+$" } : { enum: values },
      };
  }
}
