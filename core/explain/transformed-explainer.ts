import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { IntegrityError } from "../errors.ts";
import { parseStored } from "../stored-json.ts";
import type { FrameColumn } from "../training/training-frame.ts";
import { contributionsByInput } from "../transforms/contributions-by-input.ts";
import type { FittedTransforms } from "../transforms/fit-transforms.ts";
import { recordStep } from "../transforms/recording/record-step.ts";
import { recordedStep } from "../transforms/recording/recorded-step.ts";
import { replayStep } from "../transforms/recording/replay-step.ts";
import { type AppliedStep, transformFrame } from "../transforms/transform-frame.ts";
import type { Explainer } from "./explainer.ts";

/** What `format` says of an explainer with transforms. */
export const TRANSFORMED_FORMAT = "transformed-1";

const column = z.strictObject({ kind: z.enum(["number", "category"]), name: z.string() });
const stored = z.strictObject({
  format: z.literal(TRANSFORMED_FORMAT),
  inputs: z.array(column),
  /** What is done to the inputs, by operators. */
  steps: z.array(recordedStep),
  /** What the family sees of it, and of each the inputs that it comes from. */
  columns: z.array(column.extend({ from: z.array(z.string()).min(1) })).min(1),
  /** The family's own explainer, of `columns`. */
  model: z.json(),
});

type Column = Pick<FrameColumn, "kind" | "name">;

/**
 * A model on transformed columns as `explainer.json`: the transforms and the family's explainer.
 *
 * @param inputs of the model
 * @param model the family's explainer
 */
export function transformedExplainer(
  inputs: readonly Column[],
  { applied, columns, origins }: Pick<FittedTransforms, "applied" | "columns" | "origins">,
  model: Uint8Array,
): Uint8Array {
  const kinds = new Map(inputs.map(({ name, kind }) => [name, kind]));
  const steps = applied.map((step) => {
    const recorded = recordStep(step, kindsOf(step, kinds));
    for (const { name, kind } of step.makes) kinds.set(name, kind);
    return recorded;
  });
  const head = canonicalJson({
    format: TRANSFORMED_FORMAT,
    inputs: inputs.map(({ kind, name }) => ({ kind, name })),
    steps,
    columns: columns.map(({ kind, name }, i) => ({ kind, name, from: origins[i] })),
  });
  // The family's text stays as it is: it may have many megabytes.
  return new TextEncoder().encode(
    `${head.slice(0, -1)},"model":${new TextDecoder().decode(model)}}`,
  );
}

/**
 * @param readFamily reads the family's own explainer
 * @throws {IntegrityError} if the bytes are none, or what they say does not fit together
 */
export function readTransformedExplainer(
  bytes: Uint8Array,
  readFamily: (bytes: Uint8Array) => Explainer,
): Explainer {
  const { inputs, steps, columns, model } = parseStored(stored, bytes, "explainer");
  const kinds = new Map(inputs.map(({ name, kind }) => [name, kind]));
  const applied = steps.map((step) => {
    const replayed = replayStep(step, kindsOf(step, kinds));
    for (const { name, kind } of step.makes) kinds.set(name, kind);
    return replayed;
  });
  const names = inputs.map(({ name }) => name);
  const lost = columns.find(
    ({ name, kind, from }) =>
      kinds.get(name) !== kind || !from.every((input) => names.includes(input)),
  );
  if (lost) {
    throw new IntegrityError(
      `stored explainer is damaged: no step makes ${lost.kind} ${lost.name}`,
    );
  }
  const family = readFamily(new TextEncoder().encode(canonicalJson(model)));
  const seen = columns.map(({ kind, name }) => ({ kind, name }));
  if (canonicalJson(family.inputs) !== canonicalJson(seen)) {
    throw new IntegrityError("stored explainer is damaged: its model has other columns");
  }
  const origins = columns.map(({ from }) => from);
  const { width, link } = family;
  return {
    // Not its attributes: they are of columns that no caller knows.
    ...{ family: family.family, inputs, width, link },
    contributions: (frame) =>
      contributionsByInput(
        family.contributions(transformFrame({ applied, columns }, frame)),
        origins,
        names,
      ),
  };
}

function kindsOf(
  { reads }: Pick<AppliedStep, "reads">,
  kinds: ReadonlyMap<string, FrameColumn["kind"]>,
): readonly FrameColumn["kind"][] {
  return reads.map((name) => {
    const kind = kinds.get(name);
    if (kind) return kind;
    throw new IntegrityError(
      `stored explainer is damaged: a step reads ${name}, which is not there`,
    );
  });
}
