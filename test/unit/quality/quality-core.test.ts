import { describe, expect, it } from "vitest";
import { labelRates } from "../../../core/dataset/label-rates.ts";
import { rulesOf } from "../../../core/definition/quality-rules.ts";
import { qualitySchema } from "../../../core/definition/quality-schema.ts";
import { IntegrityError } from "../../../core/errors.ts";
import { compareReports } from "../../../core/quality/compare-reports.ts";
import { judge } from "../../../core/quality/judge.ts";
import { lastProfiles } from "../../../core/quality/last-profiles.ts";
import { leakageScore } from "../../../core/quality/leakage-score.ts";
import { correlation, midranks } from "../../../core/quality/midranks.ts";
import {
  overallVerdict,
  parseQualityReport,
  type QualityReport,
} from "../../../core/quality/quality-report.ts";
import { repeatedShare } from "../../../core/quality/repeated-rows.ts";
import {
  alertText,
  failureWords,
  findingWords,
  rowWords,
} from "../../../core/quality/report-text.ts";
import { changeWords, sourceChanges } from "../../../core/quality/source-changes.ts";

const RULE = { rule: "r", check: "sql", action: "warn" as const };

describe("a rule", () => {
  it.each([
    [{ max: 2 }, 2, "passed"],
    [{ max: 2 }, 2.1, "warned"],
    [{ min: 1 }, 0.5, "warned"],
    [{ min: 1, max: 3 }, 2, "passed"],
    [{ max: 2, action: "fail" as const }, 3, "failed"],
    [{ max: 2, action: "quarantine" as const }, 3, "quarantined"],
    [{ max: 2, action: "ignore" as const }, 3, "passed"],
    [{ max: 2 }, null, "skipped"],
    [{ max: 2 }, Number.NaN, "skipped"],
  ])("of %j with %s is %s", (rule, value, verdict) => {
    expect(judge({ ...RULE, ...rule }, value).verdict).toBe(verdict);
  });

  it("keeps twelve digits, so that the order of a sum shows nowhere", () => {
    expect(judge({ ...RULE, rows: 1, detail: "d" }, 0.1 + 0.2)).toEqual({
      ...RULE,
      ...{ verdict: "passed", value: 0.3, rows: 1, detail: "d" },
    });
  });

  it("makes a verdict of all: the worst", () => {
    const of = (value: number, action: "warn" | "fail") =>
      judge({ ...RULE, max: 1, action }, value);
    expect(overallVerdict([of(0, "warn")])).toBe("passed");
    expect(overallVerdict([of(2, "warn"), of(0, "fail")])).toBe("warned");
    expect(overallVerdict([of(2, "warn"), of(2, "fail")])).toBe("failed");
  });

  it("is told of in an error, five at most", () => {
    const failed = Array.from({ length: 6 }, (_, i) =>
      judge({ ...RULE, rule: `r${i}`, action: "fail", min: 5 }, 1),
    );
    const text = failureWords(failed, "key");
    expect(text).toContain("r0 failed: 1; allowed is at least 5 | r1");
    expect(text).toContain(" and 1 more;");
    expect(failureWords([judge({ ...RULE, action: "fail", max: 0 }, 1)], "k")).not.toContain(
      "more",
    );
  });
});

describe("the columns of a source", () => {
  it("are added, dropped and retyped by name", () => {
    const changes = sourceChanges(
      { a: "BIGINT", b: "VARCHAR", c: "DATE" },
      { a: "DOUBLE", c: "DATE", constructor: "X" },
    );
    expect(changes).toEqual({
      added: ["constructor"],
      dropped: ["b"],
      retyped: [{ column: "a", from: "BIGINT", to: "DOUBLE" }],
    });
    expect(changeWords(changes)).toEqual([
      "constructor was added",
      "b was dropped",
      "a was BIGINT and is DOUBLE",
    ]);
  });
});

describe("ranks", () => {
  it("share the mean where values tie, infinities too", () => {
    expect(midranks([3, 1, 3, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])).toEqual([
      4.5, 3, 4.5, 1.5, 1.5,
    ]);
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 1], [2, 4])).toBe(0);
    expect(correlation([1, 2], [4, 4])).toBe(0);
  });
});

describe("a leak", () => {
  const n = 400;
  const rows = Array.from({ length: n }, (_, i) => i);
  const halves = rows.map((i) => i % 2);
  const noise = rows.map((i) => (i * 7919) % 401);
  const binary = noise.map((value) => Number(value > 300));
  const score = (
    task: "binary" | "multiclass" | "regression" | "ranking",
    values: (number | string | null)[],
    labels: number[],
  ) => leakageScore(task, { values, labels, halves });

  it("is a number or a text that tells the target, either way round, or by what is missing", () => {
    expect(
      score(
        "binary",
        binary.map((y) => 5 - y),
        binary,
      ),
    ).toBe(1);
    expect(
      score(
        "binary",
        binary.map((y) => (y ? null : 1)),
        binary,
      ),
    ).toBe(1);
    expect(
      score(
        "binary",
        binary.map((y) => (y ? "paid" : "open")),
        binary,
      ),
    ).toBe(1);
    expect(
      score(
        "regression",
        noise.map((value) => value ** 3),
        noise,
      ),
    ).toBeCloseTo(1, 12);
    expect(
      score(
        "ranking",
        noise.map((value) => `t${value % 4}`),
        noise.map((value) => value % 4),
      ),
    ).toBeCloseTo(1, 12);
    expect(
      score(
        "multiclass",
        noise.map((value) => `t${value % 3}`),
        noise.map((value) => value % 3),
      ),
    ).toBe(1);
    expect(
      score(
        "multiclass",
        noise,
        noise.map((value) => Number(value > 200)),
      ),
    ).toBeGreaterThan(0.95);
    expect(
      score(
        "multiclass",
        noise.map((value) => value % 3),
        noise.map((value) => value % 3),
      ),
    ).toBe(1);
  });

  it("is no id, no noise, and no guess from few rows", () => {
    expect(score("binary", rows.map(String), binary)).toBeCloseTo(0.5, 12);
    expect(score("binary", rows, binary)).toBeLessThan(0.6);
    expect(score("multiclass", rows.map(String), binary)).toBe(0);
    expect(leakageScore("binary", { values: [1], labels: [1], halves: [0] })).toBeNull();
    expect(
      score(
        "binary",
        rows,
        rows.map((i) => Number(i === 0)),
      ),
    ).toBeNull();
    expect(
      score(
        "multiclass",
        rows,
        rows.map(() => 0),
      ),
    ).toBeNull();
  });
});

describe("rows that stand in both splits", () => {
  const LATER = { later: true, times: false };

  it("are more than chance repeats, by the rows that are there once", () => {
    // Half of 1,000 rows are singles: 0.5 by chance, 4 sigma of 100 rows are 0.2.
    const counts = { train: 1000, singles: 500, test: 100, repeated: 90 };
    expect(repeatedShare(counts, 0.01, LATER)).toEqual({ share: 0.9, byChance: 0.5, max: 0.71 });
    const all = { train: 10, singles: 0, test: 1, repeated: 1 };
    expect(repeatedShare(all, 0.5, LATER)?.max).toBe(1);
    expect(repeatedShare({ ...all, train: 0 }, 0, LATER)).toBeNull();
    expect(repeatedShare({ ...all, test: 0 }, 0, LATER)).toBeNull();
  });

  it("are none by chance where rows have times, or most are there once", () => {
    const few = { train: 1000, singles: 499, test: 100, repeated: 9 };
    const chance = (counts: typeof few, times: boolean) =>
      repeatedShare(counts, 0.01, { later: false, times })?.byChance;
    expect(chance(few, false)).toBeCloseTo(0.501, 12);
    expect(chance(few, true)).toBe(0);
    expect(chance({ ...few, singles: 500 }, false)).toBe(0);
  });
});

describe("what is kept of the training split", () => {
  const counts = new Map([
    [0, 900],
    [1, 100],
  ]);
  const binary = { target: { type: "binary" } as never };

  it("is a share, all of some classes, and some for each of the rarest", () => {
    const rates = (more: object, of: ReadonlyMap<number, number> = counts) =>
      labelRates({ ...binary, ...more } as never, of).map(({ rate }) => rate);
    expect(rates({ sampling: { share: 0.5, seed: 1, keepAll: ["1"] } })).toEqual([0.5, 1]);
    expect(rates({ balance: { perRarest: 3 } })).toEqual([1 / 3, 1]);
    expect(
      rates({ balance: { perRarest: 3 }, sampling: { share: 0.1, seed: 1, keepAll: ["1"] } }),
    ).toEqual([0.1, 1]);
    expect(
      rates(
        { target: { type: "regression" }, sampling: { share: 0.2, seed: 1 } },
        new Map([[0, 10]]),
      ),
    ).toEqual([0.2]);
    expect(
      rates({ target: { classes: ["a", "b"] }, sampling: { share: 0.2, seed: 1, keepAll: ["b"] } }),
    ).toEqual([0.2, 1]);
  });
});

describe("stored quality files", () => {
  const report = {
    ...{ format: 1, model: "m", runId: "r", owner: "o", verdict: "passed" },
    ...{ rows: { read: 1, quarantined: 0 }, findings: [], source: { columns: {} }, worst: [] },
  };
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

  it("are read, and refused where they are another run's or damaged", () => {
    expect(parseQualityReport(bytes(report), { model: "m", runId: "r" })).toEqual(report);
    expect(() => parseQualityReport(bytes(report), { model: "m", runId: "x" })).toThrow(
      IntegrityError,
    );
    expect(() => parseQualityReport(bytes(report), { model: "x", runId: "r" })).toThrow(
      IntegrityError,
    );
    expect(
      Object.keys(lastProfiles(bytes({ features: { a: { kind: "number", counts: [] } } }))),
    ).toEqual(["a"]);
    for (const profile of [null, 1, { kind: "text", counts: [] }, { kind: "number" }]) {
      expect(() => lastProfiles(bytes({ features: { a: profile } }))).toThrow(IntegrityError);
    }
  });

  it("are compared rule by rule", () => {
    const [a, b, c] = ["a", "b", "c"].map((rule) => judge({ ...RULE, rule, rows: 1 }, 1)) as [
      never,
      never,
      never,
    ];
    const later = judge({ ...RULE, rule: "a", rows: 2 }, 1);
    expect(compareReports({ findings: [a, b] }, { findings: [later, c] })).toEqual([
      { rule: "a", before: a, after: later },
      { rule: "c", after: c },
      { rule: "b", before: b },
    ]);
    expect(compareReports({ findings: [a] }, { findings: [a] })).toEqual([]);
  });
});

describe("rules of a definition", () => {
  it("come by check and by name, and a bound is needed", () => {
    const quality = qualitySchema.parse({
      rules: {
        b: { check: "null-share", column: "x", max: 0 },
        a: { check: "null-share", column: "y", max: 0 },
      },
    });
    expect(rulesOf({ quality }, "null-share").map(({ name }) => name)).toEqual(["a", "b"]);
    expect(rulesOf({}, "unique")).toEqual([]);
    expect(qualitySchema.safeParse({ rules: { n: { check: "row-count" } } }).success).toBe(false);
    expect(qualitySchema.safeParse({ fields: { x: { type: "warn" } } }).success).toBe(false);
  });
});

describe("a report in words", () => {
  const finding = { ...RULE, verdict: "warned" as const, value: null };

  it("tells of a rule what was measured and what is allowed", () => {
    expect(findingWords(finding)).toBe("r warned");
    expect(findingWords({ ...finding, value: 3, min: 1, max: 2, rows: 4, detail: "d" })).toBe(
      "r warned: 3; allowed is at least 1 and at most 2; 4 rows; d",
    );
  });

  it("tells of a row what it breaks, where it stands and its values", () => {
    expect(rowWords({ broken: ["a.range"], values: { a: "7", b: null } })).toBe(
      "a.range: a=7 b=(missing)",
    );
    expect(rowWords({ file: "x.csv", broken: ["a", "b"], values: {} })).toBe("a, b (x.csv): ");
  });

  it("tells the owner all that is broken, and nothing of what is not there", () => {
    const report = {
      ...{ verdict: "warned", owner: "ada", runId: "run-1", rows: { read: 9, quarantined: 1 } },
      findings: [finding, { ...finding, rule: "fine", verdict: "passed" }],
      source: { changes: { added: ["n"], dropped: [], retyped: [] } },
      worst: [{ broken: ["a.range"], values: { a: "7" } }],
    } as unknown as QualityReport;

    expect(alertText(report)).toBe(
      [
        "verdict: warned; owner: ada; run: run-1",
        "rows: 9 read, 1 quarantined",
        "rules:",
        "- r warned",
        "columns of the source:",
        "- n was added",
        "worst rows:",
        "- a.range: a=7",
      ].join("\n"),
    );
    const bare = { ...report, findings: [], source: {}, worst: [], error: "no rows" };
    expect(alertText(bare as unknown as QualityReport)).toBe(
      "verdict: warned; owner: ada; run: run-1\nrows: 9 read, 1 quarantined\nerror: no rows",
    );
  });
});
