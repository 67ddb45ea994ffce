import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredDefinition } from "../../../core/definition/model-definition.ts";
import { definitionSchema } from "../../../core/definition/schema.ts";
import { InvalidInputError, type Issue, TooLargeError } from "../../../core/errors.ts";
import { oipInputs } from "../../../core/inference/oip-metadata.ts";
import { instanceParser } from "../../../core/inference/parse-instances.ts";
import { requestSchema } from "../../../core/inference/request-schema.ts";

const fields = definitionSchema.shape.fields.parse({
  at: { type: "timestamp", role: "feature" },
  amount: { type: "number", role: "feature", min: 0, max: 100, unit: "EUR", description: "Sum" },
  items: { type: "integer", role: "feature", required: false },
  isNew: { type: "boolean", role: "feature" },
  plan: { type: "category", role: "feature", values: ["basic", "pro"] },
  note: { type: "category", role: "feature", required: false, maxLength: 5 },
  customer: { type: "category", role: "entity" },
  device: { type: "category", role: "entity" },
  paid: { type: "number", role: "outcome" },
  comment: { type: "category", role: "ignored" },
});
const rowFeatures: StoredDefinition["rowFeatures"] = {
  isBot: { type: "number", from: ["device"], input: true },
};
const parse = instanceParser({ fields, rowFeatures });

const sound = {
  at: "2001-06-03T17:10:00+02:00",
  amount: 12.5,
  isNew: true,
  plan: "pro",
  device: "phone",
};

function issuesOf(instances: unknown): readonly Issue[] {
  try {
    parse(instances);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
  return [];
}

const problemOf = (changes: object) => issuesOf([{ ...sound, ...changes }])[0]?.message;

describe("instanceParser", () => {
  it("reads instances into rows: timestamps in milliseconds, null for missing", () => {
    expect(parse([{ ...sound, items: 3, customer: "c1" }, sound])).toEqual([
      {
        at: Date.parse("2001-06-03T15:10:00Z"),
        amount: 12.5,
        items: 3,
        isNew: true,
        plan: "pro",
        note: null,
        customer: "c1",
        device: "phone",
      },
      expect.objectContaining({ items: null, note: null, customer: null }),
    ]);
  });

  it("takes null for a field that is not required", () => {
    expect(parse([{ ...sound, items: null }])[0]).toMatchObject({ items: null });
  });

  it("takes the bounds themselves", () => {
    const atBounds = [
      { ...sound, amount: 0 },
      { ...sound, amount: 100, note: "12345" },
    ];

    expect(parse(atBounds).map(({ amount, note }) => [amount, note])).toEqual([
      [0, null],
      [100, "12345"],
    ]);
  });

  it("requires an entity only where a row feature reads it", () => {
    const { device: _device, ...without } = sound;

    expect(issuesOf([without])).toEqual([
      { path: "instances[0].device", message: "is required, got nothing" },
    ]);
  });

  it.each([
    ["a string for a number", { amount: "12" }, 'must be a finite number, got the string "12"'],
    ["NaN", { amount: Number.NaN }, "must be a finite number, got the number NaN"],
    ["infinity", { amount: Infinity }, "must be a finite number, got the number Infinity"],
    ["a number below min", { amount: -1 }, "must be at least 0, got the number -1"],
    ["a number above max", { amount: 101 }, "must be at most 100, got the number 101"],
    ["a fraction", { items: 1.5 }, "must be a whole number, got the number 1.5"],
    ["more than 53 bits", { items: 2 ** 53 }, "must be a whole number, got the number 90071992"],
    ["1 for true", { isNew: 1 }, "must be true or false, got the number 1"],
    ["another value", { plan: "gold" }, 'must be one of "basic", "pro", got the string "gold"'],
    ["too long text", { note: "longer" }, "must have at most 5 characters, got 6"],
    ["a time without offset", { at: "2001-06-03T17:10:00" }, "must be an RFC 3339 date-time"],
    ["a number for a time", { at: 991_588_200_000 }, "must be an RFC 3339 date-time"],
    ["a list", { amount: [1] }, "must be a finite number, got a list of 1"],
    ["an object", { amount: {} }, "must be a finite number, got an object"],
    ["null", { amount: null }, "is required, got null"],
    ["an outcome", { paid: 1 }, "is not a field of the model; its fields are at, amount"],
    ["an ignored field", { comment: "x" }, "is not a field of the model"],
  ])("fails on %s", (_name, changes, message) => {
    expect(problemOf(changes)).toContain(message);
  });

  it("does not take what lies on the prototype for a field", () => {
    const named = instanceParser({
      fields: definitionSchema.shape.fields.parse({
        constructor: { type: "category", role: "feature" },
      }),
      rowFeatures: {},
    });

    expect(() => named([{}])).toThrow("instances[0].constructor is required, got nothing");
    expect(issuesOf([JSON.parse('{"__proto__": 1}')])).toContainEqual({
      path: "instances[0].__proto__",
      message: expect.stringContaining("is not a field"),
    });
  });

  it("lists at most 100 issues, and repeats neither long names nor long values", () => {
    const many = issuesOf(Array(60).fill({ plan: "x".repeat(10_000), ["y".repeat(10_000)]: 1 }));

    expect(many).toHaveLength(100);
    expect(JSON.stringify(many).length).toBeLessThan(30_000);
  });

  it("names the first 20 of many allowed values", () => {
    const values = Array.from({ length: 21 }, (_, i) => `v${i}`);
    const fields = (allowed: readonly string[]) => ({
      fields: definitionSchema.shape.fields.parse({
        plan: { type: "category", role: "feature", values: allowed },
      }),
      rowFeatures: {},
    });

    expect(() => instanceParser(fields(values))([{ plan: "x" }])).toThrow(/"v19", …, got/);
    expect(() => instanceParser(fields(values.slice(1)))([{ plan: "x" }])).toThrow(/"v20", got/);
  });

  it("fails on a number that no 32-bit float holds, where the field has no bounds", () => {
    const unbounded = instanceParser({
      fields: definitionSchema.shape.fields.parse({ x: { type: "number", role: "feature" } }),
      rowFeatures: {},
    });

    expect(() => unbounded([{ x: 1e39 }])).toThrow("must be at most 3.40282");
  });

  it("fails with TooLargeError on more than 10,000 instances", () => {
    expect(parse(Array(10_000).fill(sound))).toHaveLength(10_000);
    expect(() => parse(Array(10_001).fill(sound))).toThrow(TooLargeError);
  });

  it("names every wrong field, each once, whichever they are", () => {
    const wrong = { at: 1, amount: "x", isNew: "x", plan: 1, device: 1, items: "x", note: 7 };
    fc.assert(
      fc.property(fc.subarray(Object.keys(wrong), { minLength: 1 }), (names) => {
        const changes = Object.fromEntries(
          Object.entries(wrong).filter(([n]) => names.includes(n)),
        );
        const paths = issuesOf([{ ...sound, ...changes }]).map(({ path }) => path);

        expect(paths.toSorted()).toEqual(names.map((n) => `instances[0].${n}`).toSorted());
      }),
    );
  });
});

describe("what is derived from a definition", () => {
  it("is the JSON Schema of the request", () => {
    const { properties } = requestSchema({ fields, rowFeatures }) as {
      readonly properties: { readonly instances: { readonly items: object } };
    };

    expect(properties.instances.items).toEqual({
      type: "object",
      properties: {
        at: { type: "string", format: "date-time" },
        amount: { description: "Sum, in EUR", type: "number", minimum: 0, maximum: 100 },
        items: { anyOf: [{ type: "integer" }, { type: "null" }] },
        isNew: { type: "boolean" },
        plan: { type: "string", maxLength: 256, enum: ["basic", "pro"] },
        note: { anyOf: [{ type: "string", maxLength: 5 }, { type: "null" }] },
        customer: { anyOf: [{ type: "string", maxLength: 256 }, { type: "null" }] },
        device: { type: "string", maxLength: 256 },
      },
      required: ["at", "amount", "isNew", "plan", "device"],
      additionalProperties: false,
    });
  });

  it("are the tensors of the Open Inference Protocol", () => {
    const datatypes = oipInputs({ fields, rowFeatures }).map(({ name, datatype }) => [
      name,
      datatype,
    ]);

    expect(Object.fromEntries(datatypes)).toEqual({
      at: "BYTES",
      amount: "FP64",
      items: "INT64",
      isNew: "BOOL",
      plan: "BYTES",
      note: "BYTES",
      customer: "BYTES",
      device: "BYTES",
    });
  });
});
