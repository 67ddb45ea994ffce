import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MONITORING_TRANSITIONS, trainingTransitions } from "../../../core/cost/run-transitions.ts";
import { measured } from "./measured.ts";

interface Choice {
  readonly Variable: string;
  readonly StringEquals?: string;
  readonly BooleanEquals?: boolean;
  readonly Next: string;
}
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Choice[];
  readonly ItemProcessor?: Machine;
}
interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

const machine = (name: string) =>
  JSON.parse(readFileSync(`state-machines/${name}.asl.json`, "utf8")) as Machine;

/** States that are entered from the beginning to the end, by what choices find. */
function entered(
  { StartAt, States }: Machine,
  found: Readonly<Record<string, string>>,
  items: Readonly<Record<string, readonly number[]>> = {},
): number {
  const times = new Map<string, number>();
  let count = 0;
  for (let name: string | undefined = StartAt; name !== undefined; ) {
    const state: State | undefined = States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    count += 1;
    const before = times.get(name) ?? 0;
    times.set(name, before + 1);
    const rounds = items[name] ?? [];
    if (state.ItemProcessor) count += (rounds[before] ?? 0) * entered(state.ItemProcessor, found);
    const chosen: Choice | undefined = state.Choices?.find(
      ({ Variable, StringEquals, BooleanEquals }) =>
        (StringEquals !== undefined && found[Variable] === StringEquals) ||
        // not done while there are rounds to train
        (Variable === "$.search.done" &&
          BooleanEquals === false &&
          (times.get("Train") ?? 0) < (items.Train ?? []).length),
    );
    name = state.Type === "Choice" ? (chosen?.Next ?? state.Default) : state.Next;
  }
  return count;
}

const PREPARED_ON = "$.compute.preparation.on";
const TRAINED_ON = "$.compute.on";

describe("transitions", () => {
  it.each([
    ["functions", {}, {}],
    [
      "containers",
      { training: { on: "fargate", vcpu: 1, memoryGb: 2 } },
      { [TRAINED_ON]: "fargate" },
    ],
    [
      "a function for each file",
      { preparation: { on: "distributed-map" } },
      { [PREPARED_ON]: "distributed-map" },
    ],
  ])("of a run with %s are those of the state machine", (_name, compute, found) => {
    const { definition } = measured({ definition: { compute } });
    const items = {
      Train: [definition.candidates.length],
      StageSources: [definition.sourceFiles],
    };

    expect(trainingTransitions(definition)).toBe(entered(machine("training"), found, items));
  });

  it("of a search are those of the state machine, round by round", () => {
    const rounds = [9, 3, 1];
    const { definition } = measured({ definition: { rounds } });

    // twelve outside, three a round, two a training
    expect(trainingTransitions(definition)).toBe(12 + 3 * 3 + 13 * 2);
    expect(entered(machine("training"), {}, { Train: rounds })).toBe(12 + 3 * 3 + 13 * 2);
  });

  it("of a drift check are those of the state machine", () => {
    expect(MONITORING_TRANSITIONS).toBe(entered(machine("monitoring"), {}));
  });
});
