import { describe, expect, it } from "vitest";
import { computeSchema } from "../../../core/definition/compute-schema.ts";
import { trainingPlace } from "../../../core/run/compute-places.ts";

const fargate = {
  cluster: "c",
  taskDefinition: "t",
  subnets: ["s"],
  securityGroups: ["g"],
  assignPublicIp: "ENABLED" as const,
};
const trainFunctions = { 3008: "train-3008", 10240: "train-10240" };

describe("trainingPlace", () => {
  it("is the function with the memory that is asked for", () => {
    expect(trainingPlace({ on: "lambda", memoryMb: 10_240 }, { trainFunctions })).toEqual({
      on: "lambda",
      function: "train-10240",
    });
  });

  it("is a Fargate task of the size that is asked for, in ECS's units", () => {
    const places = { trainFunctions, fargate };

    expect(trainingPlace({ on: "fargate", vcpu: 4, memoryGb: 16 }, places)).toEqual({
      on: "fargate",
      ...fargate,
      cpu: "4096",
      memory: "16384",
    });
  });

  it("is this machine, whatever is asked for, where there is one machine only", () => {
    const places = { trainFunctions: { any: "train" } };

    for (const training of [
      { on: "lambda", memoryMb: 1024 },
      { on: "fargate", vcpu: 16, memoryGb: 120 },
    ] as const) {
      expect(trainingPlace(training, places)).toEqual({ on: "lambda", function: "train" });
    }
  });

  it("is nowhere if it is not deployed", () => {
    expect(() => trainingPlace({ on: "lambda", memoryMb: 2048 }, { trainFunctions })).toThrow(
      "wants a function of 2048 MB, deployed are [3008, 10240]; deploy again",
    );
    expect(() =>
      trainingPlace({ on: "fargate", vcpu: 1, memoryGb: 2 }, { trainFunctions }),
    ).toThrow("wants a Fargate task, but none is deployed; deploy again");
  });
});

describe("compute of a definition", () => {
  it("is a function of the most memory that a new account gets, if nothing is said", () => {
    expect(computeSchema.parse(undefined)).toEqual({
      preparation: { on: "lambda" },
      training: { on: "lambda", memoryMb: 3008 },
    });
  });

  it.each([
    [{ training: { on: "lambda", memoryMb: 10_241 } }, "training.memoryMb"],
    [{ training: { on: "lambda", memoryMb: 512 } }, "training.memoryMb"],
    [{ training: { on: "fargate", vcpu: 3, memoryGb: 8 } }, "training.vcpu"],
    [{ training: { on: "fargate", vcpu: 4, memoryGb: 31 } }, "training.memoryGb"],
    [{ training: { on: "fargate", vcpu: 8, memoryGb: 18 } }, "training.memoryGb"],
    [{ training: { on: "ec2" } }, "training.on"],
    [{ preparation: { on: "distributed-map", maxConcurrency: 0 } }, "preparation.maxConcurrency"],
    [{ serving: {} }, ""],
  ])("cannot be %j", (compute, path) => {
    const { error } = computeSchema.safeParse(compute);

    expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  it("says what Fargate allows", () => {
    const training = { on: "fargate", vcpu: 8, memoryGb: 18 };
    const { error } = computeSchema.safeParse({ training });

    expect(error?.issues[0]?.message).toBe("must be 16 to 60 in steps of 4 with 8 vcpu");
  });
});
