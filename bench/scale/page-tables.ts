import { LOG_BATCHING } from "../../core/inference/log-batching.ts";
import { ASSUMED } from "./assumptions.ts";
import { billOf, fleetsOf } from "./bill.ts";
import { AS_IS, demandOf, type Way } from "./demand.ts";
import { LIMITS } from "./limits.ts";
import { type MeasuredInputs, meanOf } from "./measured-inputs.ts";
import { STORIES, tell } from "./scenarios.ts";
import { simulateLogQueue } from "./simulate-log-queue.ts";

const DAY_S = 86_400;
/** Payload of an invocation of `log-predictions`. */
const INVOCATION_BYTES = 6_000_000;
const ROWS = [1, 10, 100, 1_000];
const WAYS: readonly Way[] = ROWS.flatMap((rows) =>
  [false, true].map((readsFeatures) => ({ ...AS_IS, rows, readsFeatures })),
);

const count = (value: number) => Math.round(value).toLocaleString("en");
const short = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: 3 });
const percent = (share: number) => `${short(share * 100)}%`;
const nameOf = ({ rows, readsFeatures }: Way) =>
  `${count(rows)} ${rows === 1 ? "row" : "rows"}, features ${readsFeatures ? "read" : "sent"}`;

type Cells = readonly (string | number)[];

const table = (head: Cells, rows: readonly Cells[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** USD a day: the peak all day, and a day whose mean is DoorDash's share of it. */
const aDay = (usdPerSecond: number) => [
  count(usdPerSecond * DAY_S),
  count(usdPerSecond * DAY_S * ASSUMED.meanShare),
];

/** The computed parts of the page, by name. */
export const TABLES: Readonly<Record<string, (measured: MeasuredInputs) => string>> = {
  inputs: (measured) => {
    const { machine, measuredAt, coldStartMs, memoryMb, featureRead } = measured;
    const rows = measured.requests.map((request) => [
      ...[count(request.rows), short(meanOf(request.msTwentieths)), short(request.processorMs)],
      ...[request.requestBytes, request.answerBytes, request.queuedBytes].map((bytes) =>
        short(bytes / request.rows),
      ),
      request.messages,
    ]);
    return [
      `Measured at ${measuredAt} on ${machine.cores} cores of ${machine.processor}, Node.js ${machine.node}, load before: ${machine.loadBefore}.`,
      `Cold start of the deployed bundle: ${coldStartMs} ms. Memory of a process that served all: ${memoryMb} MB. Read of ${featureRead.items} entities over loopback: ${short(featureRead.ms)} ms.`,
      table(
        [
          ...["rows a request", "mean, ms", "processor, ms", "bytes in, a row", "bytes out, a row"],
          ...["bytes queued, a row", "messages"],
        ],
        rows,
      ),
    ].join("\n\n");
  },

  limits: () =>
    table(
      ["limit", "of", "raised", "source", "read by us"],
      Object.values(LIMITS).map((limit) => [
        ...[count(limit.value), limit.unit, limit.raised, limit.page],
        limit.isChecked ? "yes" : "no",
      ]),
    ),

  demand: (measured) =>
    table(
      [
        ...["a request", "requests/s", "occupied, ms", "at a time", "quota needed", "accounts"],
        ...["from 0 with 1 function", "in and out, GB/s", "payload used"],
      ],
      WAYS.map((way) => {
        const demand = demandOf(measured, way, ASSUMED.peak);
        return [
          ...[nameOf(way), count(demand.requestsPerSecond), short(demand.occupiedMs)],
          ...[count(demand.concurrency), count(demand.quota), count(demand.accounts)],
          ...[`${count(demand.rampS)} s`, short(demand.bytesPerSecond / 1e9)],
          percent(demand.payloadShare),
        ];
      }),
    ),

  stores: (measured) =>
    table(
      [
        "a request",
        "messages/s",
        "log, GB/s",
        "messages in flight",
        "log writers",
        "read units/s",
        "tables' default quotas",
        "partitions",
      ],
      WAYS.map((way) => {
        const demand = demandOf(measured, way, ASSUMED.peak);
        const units = demand.readUnitsPerSecond;
        return [
          ...[nameOf(way), count(demand.messagesPerSecond)],
          short(demand.queuedBytesPerSecond / 1e9),
          ...[demand.messagesInFlight, demand.logWriters, units].map(count),
          ...[units / LIMITS.tableReadUnits.value, units / LIMITS.partitionReadUnits.value].map(
            (needed) => count(Math.ceil(needed)),
          ),
        ];
      }),
    ),

  bill: (measured) =>
    table(
      [
        ...["a request", "serving", "telemetry", "log", "features", "USD/s", "USD/hour"],
        ...["USD/day, peak all day", "USD/day, DoorDash's mean", "USD per 1 M predictions"],
      ],
      WAYS.map((way) => {
        const bill = billOf(measured, way, ASSUMED.peak);
        return [
          nameOf(way),
          ...[bill.serving, bill.telemetry, bill.log, bill.features, bill.total].map(short),
          ...[count(bill.total * 3_600), ...aDay(bill.total)],
          short((bill.total / ASSUMED.peak) * 1e6),
        ];
      }),
    ),

  changes: (measured) => {
    const steps: readonly (readonly [string, Way, boolean])[] = [
      ["as it is: 1 row, all logged", AS_IS, true],
      ["100 rows a request", { ...AS_IS, rows: 100 }, true],
      ["and 1% of the log", { ...AS_IS, rows: 100, logged: 0.01 }, true],
      ["and no line and trace a request", { ...AS_IS, rows: 100, logged: 0.01 }, false],
    ];
    return table(
      ["change", "occupied, ms", "USD/s", "USD/day, DoorDash's mean", "of the first"],
      steps.map(([what, way, hasTelemetry]) => {
        const { total } = billOf(measured, way, ASSUMED.peak, hasTelemetry);
        const { occupiedMs } = demandOf(measured, way, ASSUMED.peak);
        const first = billOf(measured, AS_IS, ASSUMED.peak).total;
        return [
          what,
          short(occupiedMs),
          short(total),
          aDay(total)[1] ?? "",
          percent(total / first),
        ];
      }),
    );
  },

  fleets: (measured) =>
    table(
      ["a request", "runs on", "environments or vCPUs", "USD/s", "cheaper above a mean of"],
      [1, 10, 100].flatMap((rows) => {
        const way = { ...AS_IS, rows };
        const onDemand = billOf(measured, way, ASSUMED.peak).serving;
        const { quota } = demandOf(measured, way, ASSUMED.peak);
        return [
          [nameOf(way), "Lambda on demand, at the peak", count(quota), short(onDemand), ""],
          ...fleetsOf(measured, way, ASSUMED.peak).map((fleet) => [
            ...[nameOf(way), fleet.name, count(fleet.vcpus), short(fleet.usdPerSecond)],
            fleet.breakEvenShare >= 1 ? "never" : `${percent(fleet.breakEvenShare)} of the peak`,
          ]),
        ];
      }),
    ),

  simulation: (measured) =>
    table(
      [
        ...[
          "what",
          "smaller by",
          "requests",
          "answered",
          "throttled",
          "with fallback",
          "cold starts",
        ],
        ...["last one given up after", "p50, ms", "p99, ms"],
      ],
      STORIES.map((story) => {
        const outcome = tell(measured, story, ASSUMED.peak);
        const { arrivals } = outcome;
        return [
          ...[story.what, count(story.scale), count(arrivals)],
          ...[outcome.answered, outcome.throttled, outcome.withFallback].map((part) =>
            percent(part / arrivals),
          ),
          ...[count(outcome.coldStarts * story.scale)],
          outcome.throttled === 0 ? "none" : `${count(outcome.lastRefusedS)} s`,
          ...[short(outcome.p50Ms), short(outcome.p99Ms)],
        ];
      }),
    ),

  queue: (measured) =>
    table(
      ["a request", "most that waits", "caught up after", "waits after an hour"],
      ROWS.map((rows) => {
        const way = { ...AS_IS, rows };
        const { messagesPerSecond, queuedBytesPerSecond } = demandOf(measured, way, ASSUMED.peak);
        const bytes = queuedBytesPerSecond / messagesPerSecond;
        const outcome = simulateLogQueue({
          messagesPerSecond,
          messagesOfBatch: Math.min(LOG_BATCHING.messages, Math.floor(INVOCATION_BYTES / bytes)),
          batchS: ASSUMED.logWriteMs / 1_000,
          durationS: 3_600,
        });
        const { caughtUpS } = outcome;
        return [
          ...[nameOf(way), count(outcome.mostWaiting)],
          ...[caughtUpS === null ? "never" : `${short(caughtUpS)} s`, count(outcome.waiting)],
        ];
      }),
    ),

  sensitivity: (measured) =>
    table(
      ["Lambda's time by this machine's", "rows", "occupied, ms", "quota needed", "serving, USD/s"],
      [1, 2, 4, 10].flatMap((slowdown) =>
        [1, 100, 1_000].map((rows) => {
          const way = { ...AS_IS, rows, slowdown };
          const { occupiedMs, quota } = demandOf(measured, way, ASSUMED.peak);
          const { serving } = billOf(measured, way, ASSUMED.peak);
          return [slowdown, rows, short(occupiedMs), count(quota), short(serving)];
        }),
      ),
    ),
};
