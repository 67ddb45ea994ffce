import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { RUNBOOK_FOLDER, RUNBOOKS, runbookLink } from "../../core/observability/runbooks.ts";
import { type AlarmProperties, type Sample, stateBySamples } from "../fixtures/alarm-samples.ts";
import {
  dimensionsText,
  metricsOf,
  type ObservedMetric,
  observedLines,
} from "../fixtures/observed-lines.ts";
import { MODEL } from "../fixtures/serving-world.ts";
import { resourcesOf, synthesizedStack } from "./synthesized-stack.ts";

/** An alarm by its name in the template, such as `Drift-late-parcels`. */
interface NamedAlarm {
  readonly id: string;
  readonly properties: AlarmProperties & {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly AlarmDescription: string;
    readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  };
}

const alarmsOf = ({ template }: ReturnType<typeof synthesizedStack>): readonly NamedAlarm[] =>
  [...resourcesOf(template, "AWS::CloudWatch::Alarm")].map(([path, { Properties }]) => ({
    id: path.split("/").at(-2) ?? "",
    properties: Properties,
  }));

const alarms = alarmsOf(synthesizedStack());
const alarm = (id: string) => {
  const found = alarms.find((it) => it.id === id)?.properties;
  if (found === undefined) throw new Error(`there is no alarm ${id}`);
  return found;
};

/** An alarm of a model by what runbooks call it. */
const kindOf = (id: string) => id.replace(/-(late-parcels|quiet-model)$/, "-<model>");
const pageOf = (runbook: string) => readFileSync(`${RUNBOOK_FOLDER}${runbook}.md`, "utf8");
const RUNBOOK = /\. Runbook: (\S+)$/;

describe("runbooks of alarms", () => {
  it.each(alarms)("$id ends with a runbook that is there and has it in its table", (it) => {
    const page = RUNBOOK.exec(it.properties.AlarmDescription)?.[1] ?? "";

    expect(page).toMatch(/^docs\/runbooks\//);
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, "utf8")).toContain(`| \`${kindOf(it.id)}\` | ${ruleOf(it)} |`);
  });

  it.each(RUNBOOKS)("%s has no alarm that does not lead there", (runbook) => {
    const named = [...pageOf(runbook).matchAll(/^\| `([\w<>-]+)` \| .* periods? of /gm)];
    const leading = alarms
      .filter(({ properties }) => properties.AlarmDescription.endsWith(`/${runbook}.md`))
      .map(({ id }) => kindOf(id));

    expect(new Set(named.map(([, id]) => id))).toEqual(new Set(leading));
  });

  it("are reached each: by an alarm, an alert, the budget, or from another runbook", () => {
    const asl = ["training", "monitoring", "batch-prediction", "rollout"].map((name) =>
      readFileSync(`state-machines/${name}.asl.json`, "utf8"),
    );
    const texts = [
      ...alarms.map(({ properties }) => properties.AlarmDescription),
      ...asl.flatMap((text) => text.match(/"runbook": "[\w-]+"/g) ?? []),
      readFileSync("cdk/constructs/monthly-budget.ts", "utf8"),
    ].join("\n");
    const first = RUNBOOKS.filter((name) => new RegExp(`\\b${name}\\b`).test(texts));
    const second = RUNBOOKS.filter((name) =>
      first.some((page) => pageOf(page).includes(`(${name}.md)`)),
    );

    expect(first.length).toBeGreaterThan(6);
    expect(RUNBOOKS.filter((name) => ![...first, ...second].includes(name))).toEqual([]);
  });

  it("say what to see, what it means, what to check, what to do and when it is over", () => {
    for (const runbook of RUNBOOKS) {
      const headings = [...pageOf(runbook).matchAll(/^## (.*)$/gm)].map(([, text]) => text);

      expect(headings.slice(0, 3)).toEqual(["What you see", "What it means", "Check first"]);
      expect(headings.at(-1)).toBe("Over when");
      expect(headings.length).toBeGreaterThan(4);
    }
  });

  it("are links where the context says where they are published", () => {
    const runbookBaseUrl = "https://git.example.com/runbooks";
    const published = alarmsOf(synthesizedStack({ runbookBaseUrl }));

    const links = published.map(({ properties }) => RUNBOOK.exec(properties.AlarmDescription)?.[1]);
    expect(new Set(links)).toContain("https://git.example.com/runbooks/drift.md");
    for (const link of links)
      expect(link).toMatch(/^https:\/\/git\.example\.com\/runbooks\/[\w-]+\.md$/);
    expect(runbookLink("drift", `${runbookBaseUrl}/`)).toBe(`${runbookBaseUrl}/drift.md`);
  });
});

/** When an alarm fires, in the words of the runbooks. */
function ruleOf({ properties }: NamedAlarm): string {
  const { Statistic, ExtendedStatistic, MetricName, Threshold, EvaluationPeriods, Period } =
    properties;
  const needed = properties.DatapointsToAlarm ?? EvaluationPeriods;
  const statistic = Statistic ?? ExtendedStatistic;
  return `${statistic} of ${MetricName} is at least ${Threshold} in ${needed} of ${EvaluationPeriods} periods of ${Period / 60} minutes`;
}

/** What AWS emits by itself, with the dimensions that it emits it by; from the page that is named. */
const AWS_METRICS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // "Using CloudWatch metrics with Lambda", "Monitoring Lambda function URLs" and "Monitoring
  // concurrency", AWS Lambda developer guide
  "AWS/Lambda": {
    Errors: ["FunctionName"],
    Throttles: ["FunctionName"],
    Url5xxCount: ["FunctionName"],
    UrlRequestLatency: ["FunctionName"],
    ClaimedAccountConcurrency: [],
  },
  // "Monitoring Step Functions metrics using Amazon CloudWatch", AWS Step Functions developer guide
  "AWS/States": {
    ExecutionsFailed: ["StateMachineArn"],
    ExecutionsTimedOut: ["StateMachineArn"],
  },
  // "Available CloudWatch metrics for Amazon SQS", Amazon SQS developer guide
  "AWS/SQS": {
    ApproximateAgeOfOldestMessage: ["QueueName"],
    ApproximateNumberOfMessagesVisible: ["QueueName"],
  },
};

describe("metrics of alarms", () => {
  let observed: readonly ObservedMetric[];
  beforeAll(async () => {
    observed = metricsOf(await observedLines());
  });

  /** Whether functions were seen to emit it; the models of the template are not those of the functions. */
  const isEmitted = (namespace: string, name: string, dimensions: string) =>
    observed.some(
      (metric) =>
        metric.namespace === namespace &&
        metric.name === name &&
        metric.dimensions.replace(/Model=(shop|flight-delay)$/, "Model=<model>") === dimensions,
    );

  it.each(alarms)("$id watches a metric that is emitted, by the dimensions it has", (it) => {
    const { Namespace, MetricName, Dimensions = [] } = it.properties;

    if (Namespace.startsWith("AWS/")) {
      expect(AWS_METRICS[Namespace]?.[MetricName]).toEqual(Dimensions.map(({ Name }) => Name));
      return;
    }
    const text = dimensionsText(Dimensions.map(({ Name, Value }) => [Name, Value]));
    const general = text.replace(/Model=(late-parcels|quiet-model)$/, "Model=<model>");
    expect(isEmitted(Namespace, MetricName, general)).toBe(true);
  });

  it("are seen not to be emitted by another name, or by other dimensions", () => {
    expect(observed.map(({ dimensions }) => dimensions)).toContain(`Model=${MODEL}`);
    expect(isEmitted("Millrace", "RefreshFailures", "Model=<model>")).toBe(true);
    expect(isEmitted("Millrace", "RefreshFailure", "Model=<model>")).toBe(false);
    expect(isEmitted("Millrace", "UnloggedPredictions", "Model=<model>")).toBe(false);
  });

  it("are one each, without arithmetic", () => {
    for (const { properties } of alarms) {
      expect(properties).not.toHaveProperty("Metrics");
      expect(properties.MetricName).toMatch(/\w/);
    }
  });
});

/** One sample in the middle of each of the given periods; period 0 ends at 0, period 1 before it… */
const inPeriods = (value: number, periods: readonly number[], seconds: number): Sample[] =>
  periods.map((back) => ({ at: -(back + 0.5) * seconds, value }));

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("alarms by their metric", () => {
  it.each(alarms)("$id fires at the value that its runbook names, as often as it says", (it) => {
    const { properties } = it;
    const { Threshold, Period, EvaluationPeriods } = properties;
    const needed = properties.DatapointsToAlarm ?? EvaluationPeriods;

    const fires = inPeriods(Threshold, upTo(needed), Period);

    expect(stateBySamples(properties, fires, 0)).toBe("ALARM");
  });

  it.each(alarms)("$id does not fire below that value, or less often", (it) => {
    const { properties } = it;
    const { Threshold, Period, EvaluationPeriods } = properties;
    const needed = properties.DatapointsToAlarm ?? EvaluationPeriods;

    const below = inPeriods(Threshold - 1, upTo(EvaluationPeriods), Period);
    const seldom = [
      ...inPeriods(Threshold * 10, upTo(needed - 1), Period),
      ...inPeriods(0, upTo(EvaluationPeriods).slice(needed - 1), Period),
    ];

    expect(stateBySamples(properties, below, 0, "ALARM")).toBe("OK");
    expect(stateBySamples(properties, seldom, 0, "ALARM")).toBe("OK");
  });

  it.each(alarms)("$id is quiet while nobody uses anything", ({ properties }) => {
    expect(stateBySamples(properties, [], 0, "OK")).toBe("OK");
  });

  it("of drift stays on between two checks and ends with one that finds nothing", () => {
    const drift = alarm("Drift-late-parcels");
    const check = (value: number, hour: number): Sample => ({ at: hour * 3_600 + 10, value });
    const samples = [check(2, 0), check(2, 6), check(0, 12)];

    const states: string[] = [];
    let state: ReturnType<typeof stateBySamples> = "OK";
    for (let end = drift.Period; end <= 13 * 3_600; end += drift.Period) {
      const next = stateBySamples(drift, samples, end, state);
      if (next !== state) states.push(`${next} at ${end / 3_600} h`);
      state = next;
    }

    expect(states).toEqual([`ALARM at ${1 / 12} h`, `OK at ${12 + 1 / 12} h`]);
  });

  it("of server errors is quiet about one blip and rings when it comes again", () => {
    const errors = alarm("PredictServerErrors");
    const blip = inPeriods(1, [1, 1, 1, 1], errors.Period);

    expect(stateBySamples(errors, blip, 0)).toBe("OK");
    expect(stateBySamples(errors, [...blip, ...inPeriods(1, [0], errors.Period)], 0)).toBe("ALARM");
  });

  it("of latency rings for the slowest percent, and not for less", () => {
    const latency = alarm("PredictLatency");
    const period = (slow: number, back: number): Sample[] => [
      ...inPeriods(20, Array(100 - slow).fill(back), latency.Period),
      ...inPeriods(2_500, Array(slow).fill(back), latency.Period),
    ];

    expect(
      stateBySamples(
        latency,
        upTo(3).flatMap((back) => period(2, back)),
        0,
      ),
    ).toBe("ALARM");
    expect(
      stateBySamples(
        latency,
        upTo(3).flatMap((back) => period(1, back)),
        0,
      ),
    ).toBe("OK");
    expect(stateBySamples(latency, [...period(2, 0), ...period(2, 1), ...period(0, 2)], 0)).toBe(
      "OK",
    );
  });

  it("of the account rings at 80% of the quota that the context names", () => {
    const small = alarmsOf(synthesizedStack({ accountConcurrency: 10 }));

    expect(alarm("AccountConcurrency").Threshold).toBe(800);
    expect(small.find(({ id }) => id === "AccountConcurrency")?.properties.Threshold).toBe(8);
  });
});

describe("stateBySamples", () => {
  const sum: AlarmProperties = {
    ...{ Statistic: "Sum", Period: 60, EvaluationPeriods: 2, Threshold: 3 },
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    TreatMissingData: "notBreaching",
  };

  it("adds up within a period, and needs every period where nothing else is said", () => {
    const both = inPeriods(1.5, [0, 0, 1, 1], 60);

    expect(stateBySamples(sum, both, 0)).toBe("ALARM");
    expect(stateBySamples(sum, both.slice(1), 0)).toBe("OK");
    expect(stateBySamples({ ...sum, DatapointsToAlarm: 1 }, both.slice(1), 0)).toBe("ALARM");
    expect(stateBySamples({ ...sum, Statistic: "Maximum" }, both, 0)).toBe("OK");
  });

  it("fails on a statistic that it has no rule for", () => {
    const sample = inPeriods(1, [0], 60);

    expect(() => stateBySamples({ ...sum, Statistic: "Average" }, sample, 0)).toThrow(/Average/);
  });
});
