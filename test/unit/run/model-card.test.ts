import { describe, expect, it } from "vitest";
import { scorecardParameters } from "../../../core/definition/parameters/scorecard.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { type ModelCardFacts, modelCard } from "../../../core/run/model-card.ts";
import type { RunReport } from "../../../core/run/run-report.ts";
import { trainScorecard } from "../../../core/training/scorecard/train-scorecard.ts";
import { model } from "../../../models/flight-delay/model.ts";
import { shopFrame } from "../functions/evaluate-world.ts";
import { CANDIDATE, DATASET, DEFINITION, REPORT } from "../functions/finished-run.ts";

const cardOf = (report: Partial<RunReport> = {}, facts: Partial<ModelCardFacts> = {}) =>
  modelCard({
    version: 3,
    definition: DEFINITION,
    dataset: DATASET,
    candidate: CANDIDATE,
    run: {
      model: "flight-delay",
      runId: "run-1",
      status: "running",
      reason: "schedule",
      requestedBy: "scheduler",
      definitionDigest: REPORT.definitionDigest,
      startedAt: "2026-01-01T00:00:00.000Z",
    },
    report: { ...REPORT, ...report },
    ...facts,
  });

describe("modelCard", () => {
  it("tells what the version is, what made it and how it did", () => {
    const card = cardOf();

    expect(card).toMatch(/^# flight-delay, version 3\n\nThis version passed every gate\.\n/);
    for (const line of [
      "- candidate: boosting (gradient-boosting), seed 1",
      "- parameters: trees 100, learningRate 0.1",
      "- run: run-1, started 2026-01-01T00:00:00.000Z by scheduler (schedule)",
      "`flights-3m.parquet`, split by time: validation from 2001-05-01T00:00:00Z, test from 2001-06-01T00:00:00Z.",
      "| train | 10 | share 0.3 |",
      "33 rows were read; 2 broke the contract, 1 belong to no split.",
      "| metric | this version |",
      "| rocAuc | 0.638 |",
      "| rocAuc at least 0.62 | 0.638 | yes |",
      "- It knows nothing but `date`, `distance` (0 to 10000), `origin`, `destination`.",
      "- Mean distance of its probabilities from what happened: 0.0123457.",
    ]) {
      expect(card.split("\n")).toContain(line);
    }
  });

  it("sets the champion's metrics beside its own, a dash where there is none", () => {
    const champion = { version: 2, metrics: { rocAuc: 0.61 }, note: null };

    expect(cardOf({ champion })).toContain(
      "| metric | this version | version 2 (champion then) |\n| --- | --- | --- |\n| rocAuc | 0.638 | 0.61 |\n| brier | 0.1 | - |",
    );
    expect(cardOf({ champion: { ...champion, metrics: null } })).toContain(
      "| rocAuc | 0.638 | - |",
    );
  });

  it("shows the best five of many candidates, the chosen one among them", () => {
    const leaderboard = Array.from({ length: 7 }, (_, index) => ({
      ...{ index, name: `c${index}`, family: "logistic-regression", parameters: { l2: index } },
      ...({ round: 2, rowShare: 0.25, metric: "rocAuc", validation: 0.7 - index / 100 } as const),
      ...{ test: index === 0 ? 0.65 : null, durationMs: 1, costUsd: null, chosen: index === 0 },
    }));

    const lines = cardOf({ leaderboard }).split("\n");

    expect(lines).toContain("The best 5 of 7.");
    expect(lines).toContain("| candidate | family | rows | rocAuc on validation | on test |");
    expect(lines).toContain("| **c0** | logistic-regression (l2 0) | 25 % | 0.7 | 0.65 |");
    expect(lines).toContain("| c4 | logistic-regression (l2 4) | 25 % | 0.66 | - |");
    expect(lines.some((line) => line.startsWith("| c5"))).toBe(false);
    expect(cardOf()).not.toContain("## Candidates");
  });

  it("says what a regression answers, with its quantiles or without", () => {
    const target = { ...DEFINITION.target, type: "regression" as const, expression: "delay" };

    expect(cardOf({}, { definition: { ...DEFINITION, target } })).toContain(
      "It answers `delay` as a number.",
    );
    expect(
      cardOf({}, { definition: { ...DEFINITION, target: { ...target, quantiles: [0.1, 0.9] } } }),
    ).toContain("It answers `delay` as a number and its quantiles 0.1,0.9.");
  });

  it("tells why a version was rejected, and the gate that it failed", () => {
    const gate = {
      gate: "rocAuc at least 0.7",
      value: null,
      bound: 0.7,
      passed: false,
      reason: "r",
    };

    const card = cardOf({ passed: false, reasons: ["too low", "too slow"], gates: [gate] });

    expect(card).toContain("**Rejected:** too low; too slow. It can hold no alias.");
    expect(card).toContain("| rocAuc at least 0.7 | - | no |");
  });

  it("says so where there is no gate, no parameter, no row, one bound or another split", () => {
    const empty = { ...DATASET.splits.test, rows: 0, positives: 0 };
    const definition = parseDefinition({
      ...model,
      fields: {
        ...model.fields,
        low: { type: "number", role: "feature", min: 0 },
        high: { type: "number", role: "feature", max: 9 },
      },
      split: { by: "hash", shares: { train: 1, validation: 0, test: 0 } },
    });

    const card = cardOf(
      { gates: [] },
      {
        candidate: { ...CANDIDATE, parameters: {} },
        dataset: { ...DATASET, splits: { ...DATASET.splits, test: empty } },
        definition: storedDefinition(definition),
      },
    );

    expect(card).toContain("The definition has no gate.");
    expect(card).toContain("- parameters: none");
    expect(card).toContain("| test | 0 |  |");
    expect(card).toContain("`flights-3m.parquet`, split by hash.");
    expect(card).toContain("`low` (at least 0), `high` (at most 9)");
  });

  it("names the prefix of a source whose objects are found when a run starts", () => {
    const source = { ...model.source, files: undefined, prefix: "2026/" };
    const definition = storedDefinition(parseDefinition({ ...model, source }));

    expect(cardOf({}, { definition })).toContain("`2026/`, split by time");
  });

  it("sets intervals beside the metrics that have one", () => {
    const rocAuc = { low: 0.6012345678, high: 0.66, standardError: 0.01, samples: 200 };
    const champion = { version: 2, metrics: { rocAuc: 0.61 }, note: null };

    expect(cardOf({ intervals: { rocAuc }, champion })).toContain(
      "| metric | this version | 95 % interval | version 2 (champion then) |\n| --- | --- | --- | --- |\n| rocAuc | 0.638 | 0.601235 to 0.66 | 0.61 |\n| brier | 0.1 | - | - |",
    );
  });

  it("tells what the report found of its inputs", () => {
    const contributions = [{ feature: "distance", meanAbsolute: 0.25, byScore: [0.25] }];

    expect(cardOf({ contributions })).toContain("\n\n## What its inputs are worth\n\n");
  });

  it("tells which version it goes on from, or why from none", () => {
    const continued = (training: object) =>
      cardOf({}, { candidate: { ...CANDIDATE, training: { ...training } } });

    expect(continued({ continuedFrom: 2 })).toContain("\n- goes on from: version 2\n");
    expect(continued({ continuedFrom: null, continuedNote: "no champion" })).toContain(
      "\n- goes on from: nothing (no champion)\n",
    );
    expect(continued({})).not.toContain("goes on from");
  });

  it("has the table of a scorecard", () => {
    const { summary } = trainScorecard(
      scorecardParameters.parse({}),
      shopFrame(300),
      shopFrame(100, 3),
    );
    const candidate = { ...CANDIDATE, family: "scorecard", training: summary };

    const card = cardOf({}, { candidate });

    expect(card).toMatch(/\n\n## Scorecard\n\nMore points speak for class 0\./);
    expect(card).toMatch(/\n\| age \| \S+ \d/);
    expect(card).not.toMatch(/\n\n\n/);
  });

  it("keeps a table whole where a text holds its bars", () => {
    const gates = [{ ...REPORT.gates[0], gate: "a|b" }] as RunReport["gates"];

    expect(cardOf({ gates })).toContain("| a\\|b | 0.638 | yes |");
  });
});
