import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../core/definition/model-definition.ts";
import type { VersionManifest } from "../../../core/run/artifacts.ts";
import { continuingFault } from "../../../core/run/continuing-fault.ts";
import { shopDefinition } from "../functions/evaluate-world.ts";

const today = shopDefinition();
const [candidate] = today.candidates as [Candidate];
const { parameters } = candidate;

const faultOf = (manifest: object = {}, definition = today, wanted = candidate) =>
  continuingFault(wanted, today, {
    manifest: {
      ...{ version: 3, family: "gradient-boosting", parameters },
      files: { "explainer.json": {} },
      ...manifest,
    } as object as VersionManifest,
    definition,
  });

describe("continuingFault", () => {
  it("is none where family, inputs, target and constraints are the same", () => {
    expect(faultOf()).toBeUndefined();
  });

  it("is none where only the rate of learning is another", () => {
    expect(faultOf({ parameters: { ...parameters, learningRate: 0.01, bins: 7 } })).toBeUndefined();
  });

  it.each([
    ["another family", { family: "ensemble" }, "is of the family ensemble"],
    ["nothing stored to go on from", { files: { "model.onnx": {} } }, "has no explainer.json"],
    [
      "another objective",
      { parameters: { ...parameters, objective: "logLoss" } },
      "was trained with another objective",
    ],
    [
      "another direction",
      { parameters: { ...parameters, monotone: { age: 1 } } },
      "was trained with another monotone",
    ],
    [
      "other interactions",
      { parameters: { ...parameters, interactions: [["age"]] } },
      "was trained with another interactions",
    ],
  ])("is %s", (_name, manifest, fault) => {
    expect(faultOf(manifest)).toBe(`champion version 3 ${fault}`);
  });

  it("is another column, or one of another kind", () => {
    const { fields } = today;
    const { town, age } = fields;
    if (!town || !age) throw new Error("the shop has a town and an age");

    expect(faultOf({}, { ...today, fields: { ...fields, size: age } })).toBe(
      "champion version 3 has the inputs [age: number, size: number, town: category], today's are [age: number, town: category]",
    );
    expect(faultOf({}, { ...today, fields: { ...fields, town: age } })).toContain("town: number");
  });

  it("is a transform that stood before the champion's trees", () => {
    const drop = { how: "drop", columns: ["town"] } as const;
    const of = (parts: object) => faultOf({ candidate: "it" }, { ...today, ...parts });
    const named = (own: object) => ({ candidates: [{ ...candidate, name: "it", ...own }] });

    expect(of({ transforms: [drop] })).toBe("champion version 3 has transforms");
    expect(of(named({ transforms: [drop] }))).toBe("champion version 3 has transforms");
    expect(of({ transforms: [drop], ...named({ transforms: [] }) })).toBeUndefined();
  });

  it("is another target", () => {
    const target = { ...today.target, expression: "not bought" };

    expect(faultOf({}, { ...today, target })).toBe("champion version 3 has another target");
  });
});
