import { describe, expect, it } from "vitest";
import { type AlarmRule, alarmState, exampleValues } from "../../deploy/alarms/alarm-state.ts";

const rule = (changes: Partial<AlarmRule> = {}): AlarmRule => ({
  comparison: "GreaterThanOrEqualToThreshold",
  threshold: 10,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
  ...changes,
});

/** `X` breaches, `0` does not, `-` is missing: as AWS's page writes them. */
const valuesOf = (marks: string) =>
  [...marks].map((mark) => (mark === "-" ? undefined : mark === "X" ? 10 : 0));

const MISSING = ["missing", "ignore", "breaching", "notBreaching"] as const;
const states = (marks: string, changes: Partial<AlarmRule>) =>
  MISSING.map((treatMissingData) =>
    alarmState(rule({ ...changes, treatMissingData }), valuesOf(marks), "INSUFFICIENT_DATA"),
  );
const kept = "INSUFFICIENT_DATA";

describe("alarmState", () => {
  // The tables of "Configuring how CloudWatch alarms treat missing data"; the state that is kept
  // stands for "retain current state".
  it.each([
    ["0-X-X", ["OK", "OK", "OK", "OK"]],
    ["-----", [kept, kept, "ALARM", "OK"]],
    ["0XX-X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["--X--", ["ALARM", kept, "ALARM", "OK"]],
    ["0----", ["OK", "OK", "OK", "OK"]],
  ])("of 3 out of 3 with %s is as AWS says", (marks, expected) => {
    expect(states(marks, {})).toEqual(expected);
  });

  it.each([
    ["0-X-X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["00X0X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0-X--", ["OK", "OK", "ALARM", "OK"]],
    ["----0", ["OK", "OK", "ALARM", "OK"]],
    ["---X-", ["ALARM", kept, "ALARM", "OK"]],
  ])("of 2 out of 3 with %s is as AWS says", (marks, expected) => {
    expect(states(marks, { datapointsToAlarm: 2 })).toEqual(expected);
  });

  it.each(["----X", "---X-"])("is not raised too early by %s", (marks) => {
    expect(alarmState(rule(), valuesOf(marks), "OK")).toBe("OK");
  });

  it.each([
    ["GreaterThanThreshold", 10, "OK"],
    ["GreaterThanThreshold", 10.1, "ALARM"],
    ["GreaterThanOrEqualToThreshold", 10, "ALARM"],
    ["LessThanThreshold", 10, "OK"],
    ["LessThanThreshold", 9.9, "ALARM"],
    ["LessThanOrEqualToThreshold", 10, "ALARM"],
  ] as const)("compares: %s %d is %s", (comparison, value, expected) => {
    const one = rule({ comparison, evaluationPeriods: 1, datapointsToAlarm: 1 });

    expect(alarmState(one, [value], "OK")).toBe(expected);
  });

  it("fails on a comparison that has no threshold", () => {
    const band = rule({ comparison: "GreaterThanUpperThreshold" });

    expect(() => alarmState(band, [1], "OK")).toThrow(/anomaly detection band/);
  });
});

describe("exampleValues", () => {
  it.each([
    ["GreaterThanThreshold", 0],
    ["GreaterThanOrEqualToThreshold", 1],
    ["LessThanThreshold", 1],
    ["LessThanOrEqualToThreshold", 0],
  ] as const)("lie on both sides of %s %d", (comparison, threshold) => {
    const one = rule({ comparison, threshold, evaluationPeriods: 1, datapointsToAlarm: 1 });
    const { beyond, within } = exampleValues(one);

    expect(alarmState(one, [beyond], "OK")).toBe("ALARM");
    expect(alarmState(one, [within], "ALARM")).toBe("OK");
  });
});
