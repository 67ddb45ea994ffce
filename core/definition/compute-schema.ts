import { z } from "zod";

/** MB of the training function where a definition says nothing: the most that a new AWS account gets. */
export const DEFAULT_TRAINING_MEMORY_MB = 3_008;

/**
 * Memory in GB that Fargate gives to a task of so many virtual CPUs: least, most, step.
 *
 * Source: "Fargate task definition parameters", Amazon ECS developer guide.
 */
const FARGATE_MEMORY_GB = {
  1: [2, 8, 1],
  2: [4, 16, 1],
  4: [8, 30, 1],
  8: [16, 60, 4],
  16: [32, 120, 8],
} as const;

const lambdaSchema = z.strictObject({
  on: z.literal("lambda"),
  /**
   * MB of memory. CPU grows with it: one virtual CPU at 1,769 MB, six at 10,240 MB.
   *
   * Source: "Configure Lambda function memory", AWS Lambda developer guide.
   */
  memoryMb: z.int().min(1_024).max(10_240).default(DEFAULT_TRAINING_MEMORY_MB),
});

const fargateSchema = z
  .strictObject({
    on: z.literal("fargate"),
    /** Virtual CPUs of the task. */
    vcpu: z.literal([1, 2, 4, 8, 16]),
    /** Memory of the task in GB. */
    memoryGb: z.int(),
  })
  .superRefine(({ vcpu, memoryGb }, context) => {
    const [min, max, step] = FARGATE_MEMORY_GB[vcpu];
    if (memoryGb >= min && memoryGb <= max && (memoryGb - min) % step === 0) return;
    const steps = step === 1 ? "" : ` in steps of ${step}`;
    context.addIssue({
      code: "custom",
      path: ["memoryGb"],
      message: `must be ${min} to ${max}${steps} with ${vcpu} vcpu`,
    });
  });

/** Where a model's runs do their heavy work. `docs/growing.md` says which one when. */
export const computeSchema = z
  .strictObject({
    /**
     * lambda: one function reads and checks every source file. distributed-map: a function for each
     * file, so many at a time, then one that joins what they found.
     */
    preparation: z
      .discriminatedUnion("on", [
        z.strictObject({ on: z.literal("lambda") }),
        z.strictObject({
          on: z.literal("distributed-map"),
          maxConcurrency: z.int().min(1).max(1_000).default(40),
        }),
      ])
      .default({ on: "lambda" }),
    /** lambda: a function, at most 15 minutes. fargate: the same code in a container, at most 12 hours. */
    training: z
      .discriminatedUnion("on", [lambdaSchema, fargateSchema])
      .default({ on: "lambda", memoryMb: DEFAULT_TRAINING_MEMORY_MB }),
  })
  .prefault({});
