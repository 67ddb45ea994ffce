import { beforeAll, describe, expect, it } from "vitest";
import { explainRequest } from "../../../core/explain/explain-request.ts";
import { sampledExplainer } from "../../../core/explain/sampled-explainer.ts";
import { kserveExplainedSchema } from "../../../core/inference/adapter-schemas.ts";
import { inferResponseSchema } from "../../../core/inference/oip-schemas.ts";
import { plainAnswerSchema } from "../../../core/inference/plain-schemas.ts";
import type { Scores, ScoringColumns } from "../../../core/inference/scorer.ts";
import type { SetTimer } from "../../../core/ports/timer.ts";
import { storageKeys, versionFiles } from "../../../core/storage-keys.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { explainedWorld, logOddsOf } from "../../fixtures/explained-world.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

/** 2a + 3b + ab. */
const score = async ({ a, b }: ScoringColumns): Promise<Scores> => {
  const scores = Float32Array.from(a as Float32Array, (x, i) => {
    const y = Number(b?.[i]);
    return 2 * x + 3 * y + x * y;
  });
  return { scores, predictions: scores };
};

describe("explanations of a request", () => {
  it("credits the hand-computed Shapley values of a product", async () => {
    const background = { a: Float32Array.of(0), b: Float32Array.of(0) };
    const explainer = sampledExplainer({
      ...{ task: { type: "regression", quantiles: [] }, inputs: ["a", "b"] },
      ...{ background, backgroundRows: 1, score },
    });
    const { definition: flights } = servingWorld();
    const definition = { ...flights, target: { ...flights.target, type: "regression" as const } };
    const columns = { a: Float32Array.of(1), b: Float32Array.of(2) };

    const found = await explainRequest(
      { definition, explainer: async () => explainer },
      { id: "r", rows: [{ a: 1, b: 2 }], columns, scores: await score(columns) },
      () => 0,
    );

    // of 10: a has 2 and half of 2, b has 6 and half of 2
    expect(found.rows[0]).toMatchObject({ margin: expect.closeTo(10, 9), base: 0 });
    expect([...(found.rows[0]?.contributions ?? [])]).toEqual([
      expect.closeTo(3, 9),
      expect.closeTo(7, 9),
    ]);
    expect(found.rows[0]?.reasons[0]).toEqual({
      ...{ field: "b", value: 2, contribution: expect.closeTo(7, 9), direction: "raises" },
    });
  });

  it.each([
    ["yes", "explain must be true or false"],
    [true, "cannot be explained"],
  ])(
    "fails with 400 on explain: %j of a version with nothing that explains it",
    async (explain, why) => {
      const world = servingWorld();
      world.promote(world.publish());
      const body = { instances: [FLIGHT], explain };

      const answer = await makeHandler(world.deps)(
        httpEvent("POST", `/models/${MODEL}/predictions`, body),
      );

      expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(why)]);
    },
  );
});

/** What the model sees of FLIGHT. */
const SEEN = {
  ...{ destination: "LAX", distance: 1745, origin: "ORD" },
  ...{ hour: 17 + 10 / 60, weekday: 0 },
};
const OTHER = { ...FLIGHT, origin: "JFK", distance: 300 };
const INPUTS = [
  { name: "date", shape: [2], datatype: "BYTES", data: [FLIGHT.date, FLIGHT.date] },
  { name: "origin", shape: [2], datatype: "BYTES", data: ["ORD", "JFK"] },
  { name: "destination", shape: [2], datatype: "BYTES", data: ["LAX", "LAX"] },
  { name: "distance", shape: [2], datatype: "FP64", data: [1745, 300] },
];
const PLAIN = `/models/${MODEL}/predictions`;
const INFER = `/v2/models/${MODEL}/infer`;
const EXPLAIN = `/v1/models/${MODEL}:explain`;
const both = { instances: [FLIGHT, OTHER] };

const sum = (numbers: readonly number[]) => numbers.reduce((all, own) => all + own, 0);

describe("explanations of trained versions, over HTTP", () => {
  const exact = ["gradient-boosting", "logistic-regression", "scorecard"] as const;

  it.each(exact)("add up to the raw score of the kernel itself: %s", async (family) => {
    const { train, call, inputs } = explainedWorld();
    const { model } = await train(family);

    const { body } = await call(PLAIN, { ...both, explain: true });
    const { method, scale, rows } = plainAnswerSchema.parse(body).explanations ?? { rows: [] };
    const [row] = rows;

    expect([method, scale, rows.length]).toEqual(["exact", "log-odds", 2]);
    expect(Object.keys(row?.contributions ?? {})).toEqual(inputs);
    const raw = logOddsOf(model, inputs, SEEN);
    const added = sum(Object.values(row?.contributions ?? {})) + (row?.base ?? Number.NaN);
    expect(added).toBeCloseTo(raw, 9);
    expect(row?.margin).toBeCloseTo(raw, 9);
    expect(body.predictions[0].probability).toBeCloseTo(1 / (1 + Math.exp(-raw)), 6);
    expect(rows[1]?.margin, "of the row, not of the request").not.toBeCloseTo(raw, 3);
  });

  it("tell of a scorecard which bin it was and what it cost", async () => {
    const { train, call } = explainedWorld();
    await train("scorecard");

    const { body } = await call(PLAIN, { ...both, explain: true });

    const told = body.explanations.rows[1].reasons;
    expect(told[0]).toMatchObject({ bin: expect.any(String), points: expect.any(Number) });
    expect(told.every((reason: { pointsLost: number }) => reason.pointsLost >= 0)).toBe(true);
  });

  it("of a network are sampled and add up to the probability, the same at each call", async () => {
    const { train, call } = explainedWorld();
    await train("neural-network", { epochs: 2 });

    const { body } = await call(PLAIN, { ...both, explain: true });

    const { method, scale, samples, rows } = body.explanations;
    expect([method, scale]).toEqual(["sampled", "probability"]);
    expect(samples).toBeGreaterThan(100);
    const infer = await call(INFER, { inputs: INPUTS, parameters: { explain: true } });
    expect(infer.body.outputs[2].parameters).toMatchObject({ method: "sampled", samples });
    const told = rows.map(({ contributions }: { contributions: object }) => contributions);
    expect(infer.body.outputs[2].data, "by the id of the request").toEqual(
      told.flatMap((own: object) => Object.values(own)),
    );
    for (const [i, { margin, base, contributions }] of rows.entries()) {
      expect(margin).toBeCloseTo(body.predictions[i].probability, 6);
      expect(base + sum(Object.values(contributions))).toBeCloseTo(margin, 9);
    }
  });
});

describe("explanations by protocol", () => {
  let world: ReturnType<typeof explainedWorld>;
  let plain: { method: string; scale: string; rows: { base: number; contributions: object }[] };
  beforeAll(async () => {
    world = explainedWorld();
    await world.train("gradient-boosting", { trees: 10 });
    plain = (await world.call(PLAIN, { ...both, explain: true })).body.explanations;
  });

  const tensors = () => [
    {
      ...{ name: "contributions", datatype: "FP64", shape: [2, 5] },
      parameters: { features: world.inputs.join(","), method: "exact", scale: "log-odds" },
      data: plain.rows.flatMap(({ contributions }) => Object.values(contributions)),
    },
    {
      ...{ name: "base", datatype: "FP64", shape: [2] },
      parameters: { method: "exact", scale: "log-odds" },
      data: plain.rows.map(({ base }) => base),
    },
  ];

  it("are outputs behind the model's own, where the request's parameter asks for them", async () => {
    const parameters = { explain: true };

    const all = (await world.call(INFER, { inputs: INPUTS, parameters })).body;
    const label = { inputs: INPUTS, parameters, outputs: [{ name: "label" }] };
    const some = (await world.call(INFER, label)).body;
    const none = (await world.call(INFER, { inputs: INPUTS, parameters: { explain: null } })).body;

    expect(inferResponseSchema.parse(all)).toEqual(all);
    expect(all.outputs.slice(2)).toEqual(tensors());
    expect(some.outputs.map(({ name }: { name: string }) => name)).toEqual([
      ...["label", "contributions", "base"],
    ]);
    expect(none.outputs).toEqual(all.outputs.slice(0, 2));
    expect(all.parameters).not.toHaveProperty("explanations");
  });

  it("come as bytes where that was asked for", async () => {
    const { answer } = await world.call(INFER, {
      inputs: INPUTS,
      parameters: { explain: true },
      outputs: [{ name: "label" }, { name: "base", parameters: { binary_data: true } }],
    });

    const jsonBytes = Number(answer.headers?.["inference-header-content-length"]);
    const bytes = Buffer.from(answer.body ?? "", "base64");
    const { outputs } = JSON.parse(bytes.subarray(0, jsonBytes).toString());
    expect(outputs.slice(1)).toEqual([
      {
        ...{ name: "base", datatype: "FP64", shape: [2] },
        parameters: { method: "exact", scale: "log-odds", binary_data_size: 16 },
      },
      tensors()[0],
    ]);
    expect([bytes.readDoubleLE(jsonBytes), bytes.readDoubleLE(jsonBytes + 8)]).toEqual(
      tensors()[1]?.data,
    );
  });

  it("are KServe's: a list beside the predictions", async () => {
    const { status, body } = await world.call(EXPLAIN, both);

    const { rows, ...head } = plain;
    expect(status).toBe(200);
    expect(kserveExplainedSchema.parse(body)).toEqual(body);
    expect(body.explanations).toEqual(rows.map((row) => ({ ...head, ...row })));
  });

  it.each([
    [INFER, { inputs: INPUTS, parameters: { explain: "yes" } }, "parameters.explain must be true"],
    [INFER, { inputs: INPUTS, outputs: [{ name: "base" }] }, "base is not an output"],
    [EXPLAIN, { instances: [] }, "at least one"],
  ])("fail with 400: %s %j", async (path, body, why) => {
    const answer = await world.call(path, body);

    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      400,
      expect.stringContaining(why),
    ]);
  });
});

describe("explanations in a bad case", () => {
  it("are each caller's own, of many that ask at once", async () => {
    const { train, call, inputs } = explainedWorld();
    const { model } = await train("logistic-regression");
    const distances = Array.from({ length: 40 }, (_, i) => 100 + 40 * i);

    const answers = await Promise.all(
      distances.map((distance) =>
        call(PLAIN, { instances: [{ ...FLIGHT, distance }], explain: true }),
      ),
    );

    for (const [i, { body }] of answers.entries()) {
      const distance = distances[i] as number;
      const [row] = body.explanations.rows;
      expect(row.margin).toBeCloseTo(logOddsOf(model, inputs, { ...SEEN, distance }), 9);
      const told = row.reasons.filter(({ field }: { field: string }) => field === "distance");
      expect(told.every(({ value }: { value: number }) => value === distance)).toBe(true);
    }
  });

  it("count in the request's time budget: where it is over, only the fallback is logged", async () => {
    let runOut = () => {};
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    const setTimer: SetTimer = (run) => {
      runOut = run;
      return () => {};
    };
    const serving = { timeBudgetMs: 40, fallback: { label: 1, probability: 0.6 } };
    const { train, call, store, messages, runTasks } = explainedWorld({ serving }, undefined, {
      setTimer,
    });
    await train("gradient-boosting", { trees: 2 });
    await call(PLAIN, both);
    await runTasks();
    // the explainer, which is read by the first that asks for it
    const get = store.get.bind(store);
    const isAsked = new Promise<void>((resolve) => {
      store.get = async (key) => {
        resolve();
        await isOpen;
        return await get(key);
      };
    });

    const answering = call(PLAIN, { ...both, explain: true });
    await isAsked;
    runOut();
    const { body } = await answering;
    open();
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    await runTasks();

    expect(body).toMatchObject({ alias: "fallback" });
    expect(body).not.toHaveProperty("explanations");
    expect(messages, "of the first request, and of the fallback").toHaveLength(2);
  });

  it("fail with 503 where what explains is damaged, and predictions go on", async () => {
    const { train, call, store } = explainedWorld();
    const { version } = await train("gradient-boosting", { trees: 2 });
    const key = storageKeys.version(MODEL, version);
    store.objects.set(`${key}/${versionFiles.explainer}`, new Uint8Array(100));

    expect((await call(PLAIN, { ...both, explain: true })).status).toBe(503);
    expect((await call(PLAIN, both)).status).toBe(200);
  });
});

describe("the bounds of explanations", () => {
  const explanations = { mostRows: 2, timeBudgetMs: 10, reasons: 4 };

  it("fail with 400 on more rows than the definition says, and name the limit", async () => {
    const { train, call } = explainedWorld({ serving: { explanations } });
    await train("logistic-regression");
    const instances = [FLIGHT, FLIGHT, FLIGHT];

    const { status, body } = await call(PLAIN, { instances, explain: true });

    expect([status, body.issues]).toEqual([
      400,
      [{ path: "explain", message: expect.stringContaining("at most 2 rows") }],
    ]);
    expect((await call(PLAIN, { instances })).status, "of explained ones only").toBe(200);
  });

  it("leave out the rows that there is no time for, and say so in every protocol", async () => {
    let now = 0;
    // each look at the watch takes 6 ms: time for the first two rows
    const watch = () => {
      now += 6;
      return now;
    };
    const three = { ...explanations, mostRows: 9 };
    const { train, call } = explainedWorld({ serving: { explanations: three } }, watch);
    await train("logistic-regression");

    const plain = (await call(PLAIN, { ...both, explain: true })).body;
    const infer = await call(INFER, { inputs: INPUTS, parameters: { explain: true } });
    const kserve = (await call(EXPLAIN, both)).body;

    const note = "time for 1 of 2 rows (serving.explanations.timeBudgetMs)";
    expect(plain.explanations).toMatchObject({ note, rows: [{ base: expect.any(Number) }] });
    expect(plain.explanations.rows).toHaveLength(1);
    expect(infer.body.parameters.explanations).toBe(note);
    expect(infer.body.outputs.slice(2)).toMatchObject([{ shape: [1, 5] }, { shape: [1] }]);
    expect([kserve.predictions.length, kserve.explanations.length]).toEqual([2, 1]);
  });
});
