import { describe, expect, it } from "vitest";
import { modelInputs } from "../../../core/definition/model-inputs.ts";
import { definitionSchema } from "../../../core/definition/schema.ts";
import { InvalidInputError, type Issue } from "../../../core/errors.ts";
import { oipInputs } from "../../../core/inference/oip-metadata.ts";
import { inferRows, parseInferRequest } from "../../../core/inference/oip-request.ts";
import { instanceParser } from "../../../core/inference/parse-instances.ts";
import { requestSchema } from "../../../core/inference/request-schema.ts";

const fields = definitionSchema.shape.fields.parse({
  genres: { type: "tags", role: "feature", maxLength: 12 },
  sizes: { type: "tags", role: "feature", values: ["s", "m"], required: false },
});
const definition = { fields, rowFeatures: {} };
const parse = instanceParser(definition);

function issuesOf(read: () => unknown): readonly Issue[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  return [];
}

describe("fields of tags", () => {
  it("read a list of texts as one text: distinct, by code point", () => {
    const given = [
      { genres: ["b", "a", "b"], sizes: ["s"] },
      { genres: ["\u{1F600}", "\uFFFD"] },
      { genres: [] },
    ];

    // U+FFFD is before U+1F600, though its UTF-16 code unit is the larger one
    expect(parse(given)).toEqual([
      { genres: "a|b", sizes: "s" },
      { genres: "\uFFFD|\u{1F600}", sizes: null },
      { genres: "", sizes: null },
    ]);
  });

  it.each<[string, object, string]>([
    ["a text", { genres: "a|b" }, 'must be a list of texts, got the string "a|b"'],
    ["a number in the list", { genres: [1] }, "have no |, got the number 1 in it"],
    ["an empty tag", { genres: [""] }, 'have no |, got the string "" in it'],
    ["a tag with |", { genres: ["a|b"] }, 'have no |, got the string "a|b" in it'],
    ["a tag that is not allowed", { genres: [], sizes: ["s", "xl"] }, 'got the string "xl" in it'],
    ["too long a text", { genres: ["123456", "1234567"] }, "must have at most 12 characters"],
    ["nothing where it is required", {}, "is required"],
  ])("fail on %s", (_what, instance, message) => {
    expect(issuesOf(() => parse([instance]))[0]?.message).toContain(message);
  });

  it("are lists of texts in the request's schema, and a category of the graph", () => {
    const schema = JSON.stringify(requestSchema(definition));

    expect(schema).toContain('{"type":"array","items":{"type":"string","pattern":"^[^|]+$"}}');
    expect(schema).toContain('{"type":"array","items":{"enum":["s","m"]}}');
    expect(modelInputs(definition)).toContainEqual({
      name: "genres",
      kind: "category",
      origin: "field",
    });
  });

  it("are text with | between tags in tensors", () => {
    expect(oipInputs(definition)[0]).toMatchObject({ name: "genres", datatype: "BYTES" });
    const tensor = (data: readonly unknown[]) =>
      parseInferRequest({ inputs: [{ name: "genres", datatype: "BYTES", shape: [2], data }] });

    const rows = inferRows(tensor(["b|a", ""]), definition, parse);

    expect(rows.map(({ genres }) => genres)).toEqual(["a|b", ""]);
    expect(issuesOf(() => inferRows(tensor(["a", 1]), definition, parse))[0]?.message).toContain(
      "must be a list of texts, got the number 1",
    );
  });
});
