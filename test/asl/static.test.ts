import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fillPlaceholders, placeholdersOf } from "../../core/asl/placeholders.ts";

// CommonJS, and no types come with it.
const validateAsl: (machine: object) => {
  readonly isValid: boolean;
  readonly errorsText: (separator: string) => string;
} = createRequire(import.meta.url)("asl-validator");

const folder = join(import.meta.dirname, "..", "..", "state-machines");
const files = globSync("*.asl.json", { cwd: folder }).sort();

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: StateMachine;
}
interface StateMachine {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

const ARN = "arn:aws:lambda:eu-central-1:123456789012:function:any";

function filled(file: string): StateMachine {
  const asl = readFileSync(join(folder, file), "utf8");
  const arns = Object.fromEntries(placeholdersOf(asl).map((name) => [name, ARN]));
  return JSON.parse(fillPlaceholders(asl, arns));
}

/** Every state with its name, those inside Map states too. */
function statesOf(machine: StateMachine): readonly (readonly [string, State])[] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.ItemProcessor ? statesOf(state.ItemProcessor) : []),
  ]);
}

const isContainer = ({ Resource }: State) => Resource?.includes(":ecs:runTask") === true;

describe("the folder of state machines", () => {
  it("holds those that are deployed", () => {
    expect(files).toEqual([
      "batch-prediction.asl.json",
      "monitoring.asl.json",
      "rollout.asl.json",
      "training.asl.json",
    ]);
  });
});

/**
 * What is told of Lambda itself, not of the function.
 * Source: "Handle Lambda service exceptions", AWS Step Functions developer guide.
 */
const LAMBDA_SERVICE_ERRORS = [
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];

function retriedOf(state: State): string[] {
  if (isContainer(state)) {
    return ["AmazonECS.Unknown", "ECS.AmazonECSException", "States.TaskFailed"];
  }
  if (state.Resource?.includes(":states:startExecution") === true) {
    return ["StepFunctions.SfnException", "StepFunctions.SdkClientException"];
  }
  return ["UnavailableError", "Sandbox.Timedout", ...LAMBDA_SERVICE_ERRORS];
}

describe.each(files)("%s", (file) => {
  const machine = filled(file);
  const tasks = statesOf(machine).filter(([, { Type }]) => Type === "Task");

  it("is Amazon States Language", () => {
    const { isValid, errorsText } = validateAsl(machine);

    expect(errorsText("\n")).toBe("");
    expect(isValid).toBe(true);
  });

  it("ends, whatever its tasks do: it and each task has a timeout", () => {
    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
    expect(tasks.length).toBeGreaterThan(1);
    for (const [name, state] of tasks) {
      expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
      // Lambda's longest run; of a container no longer than the execution itself.
      const most = isContainer(state) ? Number(machine.TimeoutSeconds) / 2 : 900;
      expect(state.TimeoutSeconds, name).toBeLessThanOrEqual(most);
    }
  });

  it("retries throttling and lost workers, and never what will not help", () => {
    for (const [name, state] of tasks) {
      const retried = (state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);

      expect(retried, name).toEqual(expect.arrayContaining(retriedOf(state)));
      expect(retried, name).not.toContain("States.ALL");
      expect(retried, name).not.toContain("InvalidInputError");
      expect(retried, name).not.toContain("IntegrityError");
    }
  });

  it("lets no error end an execution without a word: every top-level task and Map catches", () => {
    for (const [name, { Type, Catch = [] }] of Object.entries(machine.States)) {
      if (Type !== "Task" && Type !== "Map") continue;
      expect(
        Catch.flatMap(({ ErrorEquals }) => ErrorEquals),
        name,
      ).toContain("States.ALL");
    }
  });
});

describe("the validator", () => {
  it("fails on a transition to a state that does not exist", () => {
    const machine = filled("training.asl.json");
    const [name, state] = Object.entries(machine.States)[0] as [string, State];
    const broken = {
      ...machine,
      States: { ...machine.States, [name]: { ...state, Next: "Nowhere" } },
    };

    expect(validateAsl(broken).isValid).toBe(false);
  });

  it("fails on a state that is of no type", () => {
    const machine = filled("monitoring.asl.json");
    const broken = { ...machine, States: { ...machine.States, Done: { Type: "Succeeded" } } };

    expect(validateAsl(broken).isValid).toBe(false);
  });
});
