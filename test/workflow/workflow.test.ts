import { afterAll, beforeAll } from "vitest";
import { batchStory } from "./stories/batch.ts";
import { besideStories } from "./stories/beside.ts";
import { catchStories } from "./stories/catches.ts";
import { endingStories } from "./stories/endings.ts";
import { grantStories } from "./stories/grants.ts";
import { lostWorkerStories } from "./stories/lost-workers.ts";
import { missingStories } from "./stories/missing.ts";
import { retryStories } from "./stories/retries.ts";
import { rolloutStory } from "./stories/rollout.ts";
import { searchStory } from "./stories/search.ts";
import { sizeStories } from "./stories/sizes.ts";
import { streamStory } from "./stories/streams.ts";
import { successStory } from "./stories/success.ts";
import { brokenRule, SEARCHING, STREAMED, WITH_TREES } from "./test-models.ts";
import { type WorkflowWorld, workflowWorld } from "./workflow-world.ts";

/**
 * The workflow that is deployed: state machines, variables and policies out of the synthesized stack,
 * every function as the package that Lambda would run, in a process of its own.
 */
let it: WorkflowWorld;
const world = () => it;
const LOST = ["lost-1", "lost-2", "lost-3", "lost-4", "lost-5"];

beforeAll(async () => {
  it = await workflowWorld({
    flights: [WITH_TREES],
    retried: [],
    caught: [],
    "in-containers": [
      WITH_TREES,
      [
        "seed: 1",
        'seed: 1,\n  compute: { preparation: { on: "distributed-map" }, training: { on: "fargate", vcpu: 1, memoryGb: 2 } }',
      ],
    ],
    searched: [SEARCHING],
    streamed: STREAMED,
    warned: [brokenRule("warn")],
    unusable: [brokenRule("fail")],
    rejected: [["min: 0.52", "min: 0.99"]],
    ...Object.fromEntries([...LOST, "same", "one", "other"].map((name) => [name, []])),
    // a run starts a rollout, which no story follows
    stepwise: [["seed: 1", 'seed: 1,\n  promotion: { mode: "rollout" }']],
    // no run promotes what the story rolls out
    "rolled-out": [["seed: 1", 'seed: 1,\n  promotion: { mode: "approval" }']],
    approval: [
      WITH_TREES,
      [
        "seed: 1",
        'seed: 1,\n  promotion: { mode: "approval" },\n  compute: { training: { on: "lambda", memoryMb: 1024 } }',
      ],
    ],
  });
  await it.call("register-definitions", {});
});
afterAll(() => it?.stop());

successStory(world, "flights");
batchStory(world, "flights");
streamStory(world, "streamed");
searchStory(world, "searched");
rolloutStory(world, "rolled-out");
retryStories(world);
catchStories(world, {
  stepwise: "stepwise",
  plain: "caught",
  mapped: "in-containers",
  warned: "warned",
  unusable: "unusable",
});
endingStories(world, { rejected: "rejected", approval: "approval", stepwise: "stepwise" });
lostWorkerStories(world, LOST);
besideStories(world, { same: "same", one: "one", other: "other" });
missingStories(world);
sizeStories(world);
grantStories(world, "one");
