import { z } from "zod";
import type { CheckedDefinition } from "../definition/model-definition.ts";
import { InvalidInputError } from "../errors.ts";

type Compute = CheckedDefinition["compute"];

const text = z.string().min(1);

/** Where a deployment can do heavy work. The state machine reads names of resources from it. */
export const computePlacesSchema = z.object({
  /** Training functions by their memory in MB. `any`: one that has what the machine has. */
  trainFunctions: z.record(text, text),
  /** What a Fargate task needs; absent where none is deployed. */
  fargate: z
    .object({
      cluster: text,
      taskDefinition: text,
      subnets: z.array(text).min(1),
      securityGroups: z.array(text).min(1),
      assignPublicIp: z.enum(["ENABLED", "DISABLED"]),
    })
    .optional(),
});

export type ComputePlaces = Readonly<z.output<typeof computePlacesSchema>>;

/** Where one run trains, in the words of the states that start it. */
export type TrainingPlace =
  | { readonly on: "lambda"; readonly function: string }
  | ({
      readonly on: "fargate";
      /** CPU units, 1,024 a virtual CPU, as text. */
      readonly cpu: string;
      /** MB, as text. */
      readonly memory: string;
    } & NonNullable<ComputePlaces["fargate"]>);

/**
 * Finds the place that a definition asks for.
 *
 * @throws {InvalidInputError} if it is not deployed
 */
export function trainingPlace(training: Compute["training"], places: ComputePlaces): TrainingPlace {
  const { trainFunctions, fargate } = places;
  const found = trainFunctions.any;
  if (found !== undefined) return { on: "lambda", function: found };
  if (training.on === "lambda") {
    const name = trainFunctions[training.memoryMb];
    if (name !== undefined) return { on: "lambda", function: name };
    throw new InvalidInputError(
      `compute.training wants a function of ${training.memoryMb} MB, deployed are [${Object.keys(trainFunctions).join(", ")}]; deploy again`,
    );
  }
  if (!fargate) {
    throw new InvalidInputError(
      "compute.training wants a Fargate task, but none is deployed; deploy again",
    );
  }
  const { vcpu, memoryGb } = training;
  return {
    on: "fargate",
    ...fargate,
    cpu: String(vcpu * 1024),
    memory: String(memoryGb * 1024),
  };
}
