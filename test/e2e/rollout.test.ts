import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deployment } from "../../core/routing/deployment.ts";
import { ask, championOf, endOf, eventsOf, startTraining } from "../fixtures/e2e/http.ts";
import { type Answered, askOnce } from "../fixtures/e2e/load.ts";
import { until } from "../fixtures/e2e/until.ts";
import { MODEL, makeWorld, type World } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

const WHY = { why: "a test" };
const PATH = `/api/models/${MODEL}`;

let world: World;
let platform: Awaited<ReturnType<typeof startWorldPlatform>>;
let url: string;

beforeAll(async () => {
  world = await makeWorld();
  platform = await startWorldPlatform(world);
  url = platform.url;
  await endOf(url, await startTraining(url));
  await endOf(url, await startTraining(url));
});
afterAll(async () => {
  await platform?.stop();
  await world.remove();
});

/** About 200 requests a second, whatever is answered; each prediction reaches the log at once. */
function startRequests() {
  const answers: Answered[] = [];
  const asked: Promise<unknown>[] = [];
  let isOver = false;
  const sending = (async () => {
    for (let i = 0; !isOver; i += 1) {
      asked.push(askOnce(url).then((answer) => answers.push(answer)));
      if (i % 50 === 0) void platform.drainPredictions();
      await wait(5);
    }
  })();
  return {
    answers,
    stop: async () => {
      isOver = true;
      await sending;
      await Promise.all(asked);
      return answers;
    },
  };
}

const failedOf = (answers: readonly Answered[]) => answers.filter(({ status }) => status !== 200);

describe("promotion, rollout and rollback while requests run", () => {
  it("fail no request, and no version outside the deployment answers", async () => {
    const call = <T>(method: string, path: string, body?: object) =>
      ask<T>(url, method, `${PATH}${path}`, body);
    expect(await call("PUT", "/aliases/champion", { version: 1, ...WHY })).toMatchObject({
      status: 200,
    });
    const requests = startRequests();
    await until("version 1 answers", () => requests.answers.at(-1)?.version === 1);
    const begun = requests.answers.length;

    // a canary that holds becomes champion by itself
    const { body } = await call<{ execution: string }>("POST", "/rollouts", {
      ...{ version: 2, ...WHY, steps: [0.3, 1], minutes: 0.02, minPredictions: 60 },
    });
    const ended = await endOf(url, body.execution);
    expect(ended).toMatchObject({ status: "succeeded" });
    expect(await championOf(url)).toBe(2);
    await until("version 2 answers alone", () =>
      requests.answers.slice(-200).every(({ version }) => version === 2),
    );

    // taken back in seconds
    const rolledBackAt = performance.now();
    expect(await call("POST", "/rollbacks", WHY)).toEqual({
      status: 200,
      body: { rolledBack: "champion", from: 2, to: 1 },
    });
    const first = await until("version 1 answers again", () =>
      requests.answers.findLast(({ version, at }) => version === 1 && at > rolledBackAt + 100),
    );
    expect(first.at - rolledBackAt).toBeLessThan(5_000);
    const answers = await requests.stop();

    expect(failedOf(answers)).toEqual([]);
    expect(new Set(answers.slice(begun).map(({ version }) => version))).toEqual(new Set([1, 2]));
    const changes = (await eventsOf(url)).filter(({ kind }) => kind === "deployment-changed");
    expect(changes.map(({ from, to }) => `${from} -> ${to}`).toReversed()).toEqual([
      "champion alone -> canary 2: 30%",
      "canary 2: 30% -> canary 2: 100%",
      "canary 2: 100% -> champion alone",
      "champion alone -> champion alone",
    ]);
    expect(await call<Deployment>("GET", "/deployment")).toMatchObject({
      body: { champion: 1, revision: 4, challengers: [], shadows: [] },
    });
    expect(platform.errors).toEqual([]);
  });
});
