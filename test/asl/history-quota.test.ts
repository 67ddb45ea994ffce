import { describe, expect, it } from "vitest";
import { searchSchema } from "../../core/definition/search-schema.ts";
import { MOST_CHECKS } from "../../core/rollout/rollout-plan.ts";
import { plannedRounds } from "../../core/search/planned-rounds.ts";
import { shopDefinition } from "../unit/functions/evaluate-world.ts";
import { type AslMachine, type AslState, aslOf, MACHINES, nextOf } from "../workflow/asl-states.ts";

/**
 * Events of one execution's history, with which it is ended whatever it does.
 * Source: "Quotas related to state machine executions", AWS Step Functions developer guide.
 */
const MOST_EVENTS = 25_000;
/** Candidates of a definition; the items of an inline Map. */
const MOST_ITEMS = 40;

/** The rounds of the largest search: how many candidates each trains. */
const LARGEST_SEARCH = plannedRounds(
  shopDefinition({
    candidates: [],
    search: {
      candidates: MOST_ITEMS,
      families: [{ family: "logistic-regression" }],
      rounds: 5,
      keepShare: 0.9,
    },
    ensemble: { method: "average", best: 8 },
  }),
);

/** States of a round, in the order in which they come again. */
const OF_ROUND = ["Train", "Narrow", "MoreRounds"];

/** States of a check of a canary, in the order in which they come again. */
const OF_CHECK = ["Moved", "Watch", "Advance"];

/** Entered and exited, or aborted. */
const OF_STATE = 2;
/** Scheduled, started, submitted and ended, or timed out: of whatever a Task calls. */
const OF_ATTEMPT = 4;
/** Started and succeeded, failed or aborted: of an item, and of the Map itself. */
const OF_ITEM = 2;
/** Started and ended: of the Map Run, whose children have histories of their own. */
const OF_MAP_RUN = 2;
/** Started and ended: of the execution. */
const OF_EXECUTION = 2;

/** The most events that a state can write, each of its retriers used up. */
function eventsOf(state: AslState, items = MOST_ITEMS): number {
  const attempts = 1 + (state.Retry ?? []).reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
  if (state.Type === "Task") return OF_STATE + attempts * OF_ATTEMPT;
  const inner = state.ItemProcessor;
  if (!inner) return OF_STATE;
  if (inner.ProcessorConfig?.Mode === "DISTRIBUTED") return OF_STATE + attempts * OF_MAP_RUN;
  return OF_STATE + attempts * (OF_ITEM + items * (OF_ITEM + eventsOfAll(inner)));
}

/** As if an execution went through every state, once. */
const eventsOfAll = ({ States }: AslMachine): number =>
  Object.values(States).reduce((sum, state) => sum + eventsOf(state), 0);

/** Events of the rounds of the largest search after the first. */
const eventsOfFurtherRounds = ({ States }: AslMachine): number =>
  LARGEST_SEARCH.slice(1)
    .flatMap((items) => OF_ROUND.map((name) => eventsOf(States[name] as AslState, items)))
    .reduce((sum, events) => sum + events, 0);

/** Events of every check of the longest rollout but the first. */
const eventsOfFurtherChecks = ({ States }: AslMachine): number =>
  (MOST_CHECKS - 1) * OF_CHECK.reduce((sum, name) => sum + eventsOf(States[name] as AslState), 0);

const REPEATED: Readonly<Record<string, readonly string[]>> = {
  training: OF_ROUND,
  rollout: OF_CHECK,
};
const FURTHER: Readonly<Record<string, (machine: AslMachine) => number>> = {
  training: eventsOfFurtherRounds,
  rollout: eventsOfFurtherChecks,
};

/** Names of states that can be reached again from themselves. */
function loops({ States }: AslMachine): readonly string[] {
  const reachable = (from: string) => {
    const found = new Set<string>();
    const look = [from];
    for (let name = look.pop(); name !== undefined; name = look.pop()) {
      for (const next of nextOf(States[name])) {
        if (!found.has(next)) look.push(next);
        found.add(next);
      }
    }
    return found;
  };
  return Object.keys(States).filter((name) => reachable(name).has(name));
}

describe.each(MACHINES)("the history of an execution of %s", (name) => {
  const machine = aslOf(name);

  it("has a bound: no state comes twice, but those of a round or a check, of which there are few", () => {
    expect(loops(machine)).toEqual(REPEATED[name] ?? []);
  });

  it("stays within the quota with every retry and forty candidates", () => {
    const most = OF_EXECUTION + eventsOfAll(machine) + (FURTHER[name]?.(machine) ?? 0);

    expect(most).toBeGreaterThan(50);
    expect(most).toBeLessThan(MOST_EVENTS);
  });
});

describe("the bound", () => {
  const task: AslState = { Type: "Task", Retry: [{ ErrorEquals: ["A"], MaxAttempts: 2 }] };

  it("is of the most rounds and candidates that a definition may have", () => {
    expect(LARGEST_SEARCH).toEqual([40, 36, 32, 29, 26, 1]);
    expect(searchSchema.shape.rounds.safeParse(6).success).toBe(false);
    expect(searchSchema.shape.keepShare.safeParse(0.91).success).toBe(false);
  });

  it("counts three attempts of a task by hand: 2 + 3 * 4", () => {
    expect(eventsOf(task)).toBe(14);
  });

  it("counts the items of an inline Map, and none of a distributed one", () => {
    const processor = { StartAt: "T", States: { T: task } };
    expect(eventsOf({ Type: "Map", ItemProcessor: processor })).toBe(2 + 2 + 40 * (2 + 14));
    const distributed = { ...processor, ProcessorConfig: { Mode: "DISTRIBUTED" } };
    expect(eventsOf({ Type: "Map", ItemProcessor: distributed })).toBe(4);
  });

  it("sees a loop", () => {
    const States = { A: { Type: "Pass", Next: "B" }, B: { Type: "Choice", Default: "A" } };
    expect(loops({ StartAt: "A", States })).toEqual(["A", "B"]);
  });
});
