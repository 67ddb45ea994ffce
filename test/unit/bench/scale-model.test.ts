import { describe, expect, it } from "vitest";
import { ASSUMED } from "../../../bench/scale/assumptions.ts";
import { billOf, fleetsOf } from "../../../bench/scale/bill.ts";
import { AS_IS, demandOf, occupiedMs } from "../../../bench/scale/demand.ts";
import { durationHistogram } from "../../../bench/scale/duration-histogram.ts";
import { environments } from "../../../bench/scale/environments.ts";
import { eventHeap } from "../../../bench/scale/event-heap.ts";
import {
  drawFrom,
  type MeasuredInputs,
  meanOf,
  parseInputs,
  requestOf,
} from "../../../bench/scale/measured-inputs.ts";
import { simulateLogQueue } from "../../../bench/scale/simulate-log-queue.ts";
import { tokenBucket } from "../../../bench/scale/token-bucket.ts";
import { seededRandom } from "../../../core/training/random.ts";

const request = (rows: number, ms: number, bytes: number) => ({
  ...{ rows, processorMs: ms, msTwentieths: new Array<number>(20).fill(ms) },
  ...{ requestBytes: bytes, answerBytes: bytes / 2, queuedBytes: 400 * rows, messages: 1 },
});

const measured: MeasuredInputs = {
  measuredAt: "2026-11-24T00:00:00.000Z",
  machine: { processor: "hand", cores: 1, node: "v24", loadBefore: 0 },
  requests: [request(1, 0.5, 200), request(100, 2, 6 * 2 ** 20)],
  ...{ coldStartMs: 200, memoryMb: 200, featureRead: { items: 3, ms: 1 } },
};
const million = 1_000_000;

describe("demandOf", () => {
  it("equals values computed by hand", () => {
    // 0.5 ms x 2 + 5 ms for the queue; 1,000,000/s x 6 ms; a tenth of the rate.
    const demand = demandOf(measured, AS_IS, million);

    expect(demand.occupiedMs).toBeCloseTo(6, 9);
    expect(demand.concurrency).toBeCloseTo(6_000, 6);
    expect([demand.quota, demand.accounts]).toEqual([100_000, 10]);
    // 1,000 at once, then 100 a second.
    expect(demand.rampS).toBe(990);
    expect(demand.bytesPerSecond).toBe(300 * million);
    expect(demand.messagesInFlight).toBeCloseTo(300_000, 6);
    // 400 MB/s in invocations of 6 MB, or 1,000,000/s in invocations of 5,000: 200/s x 0.3 s.
    expect(demand.logWriters).toBeCloseTo(60, 6);
  });

  it("reads half a unit an entity, whatever the rows of a request", () => {
    const units = [1, 100].map(
      (rows) =>
        demandOf(measured, { ...AS_IS, rows, readsFeatures: true }, million).readUnitsPerSecond,
    );

    expect(units).toEqual([1.5 * million, 1.5 * million]);
  });

  it("occupies less where less is logged, and more where features are read", () => {
    expect(occupiedMs(measured, { ...AS_IS, logged: 0 })).toBeCloseTo(1, 9);
    expect(occupiedMs(measured, { ...AS_IS, readsFeatures: true })).toBeCloseTo(6 + 5 + 2, 9);
    expect(demandOf(measured, { ...AS_IS, rows: 100 }, million).payloadShare).toBe(1);
  });

  it("fails for rows that were not measured", () => {
    expect(() => requestOf(measured, 7)).toThrow("requests of 7 rows were not measured");
    expect(() => parseInputs({ ...measured, requests: [] })).toThrow();
  });
});

describe("billOf", () => {
  it("equals values computed by hand", () => {
    // A request 0.0000002; 1,769/1,024 GB x 6 ms x 0.0000166667; with 6,000 instances half a read
    // unit each 2 s; rounded to 1%.
    const perRequest = 0.0000002 + (1_769 / 1_024) * 0.006 * 0.0000166667;
    const bill = billOf(measured, AS_IS, million);

    expect(bill.serving / (perRequest * million)).toBeCloseTo(1, 2);
    const parts = bill.serving + bill.telemetry + bill.log + bill.features;
    expect(bill.total).toBeCloseTo(parts, 12);
    expect(billOf(measured, AS_IS, million, false).telemetry).toBe(0);
    expect(billOf(measured, { ...AS_IS, logged: 0.01 }, million).log / bill.log).toBeCloseTo(
      0.01,
      9,
    );
    // 1,500,000 units/s x 0.000000125.
    expect(billOf(measured, { ...AS_IS, readsFeatures: true }, million).features).toBeCloseTo(
      0.1875,
      9,
    );
  });

  it("sizes fleets for the peak: rate x processor time / utilisation", () => {
    const fleets = fleetsOf(measured, AS_IS, million);
    const ec2 = fleets.find(({ name }) => name.startsWith("EC2"));

    // 1,000,000/s x (0.5 + 0.25) x 2 ms / 0.5.
    expect(ec2?.vcpus).toBeCloseTo(3_000, 6);
    expect(ec2?.breakEvenShare).toBeCloseTo(
      (ec2?.usdPerSecond ?? 0) / billOf(measured, AS_IS, million).serving,
      12,
    );
    expect(ASSUMED.meanShare).toBeCloseTo(0.1157, 4);
  });
});

describe("simulateLogQueue", () => {
  const queue = { messagesPerSecond: 1_000, messagesOfBatch: 10, batchS: 1, durationS: 100 };

  it("catches up with a step after the time and backlog that integrals say", () => {
    const { arrived, written, waiting, mostWaiting, caughtUpS } = simulateLogQueue(queue);

    // Writers 5 + 5t of 10/s each reach 1,000/s at 19 s; the backlog is the integral of 950 - 50t: 9,025.
    expect(mostWaiting / 9_025).toBeCloseTo(1, 1);
    // They have written all once 950t - 25t^2 = 0: at 38 s.
    expect((caughtUpS ?? 0) / 38).toBeCloseTo(1, 1);
    expect(arrived).toBeCloseTo(written + waiting, 6);
    expect(waiting).toBeCloseTo(0, 6);
  });

  it("never does above what may be in flight", () => {
    const outcome = simulateLogQueue({
      ...queue,
      messagesPerSecond: 200_000,
      messagesOfBatch: 5_000,
    });

    // 120,000 in flight for 1 s each, and so 80,000 a second too few once all writers work.
    expect(outcome.caughtUpS).toBeNull();
    expect(outcome.waiting).toBeGreaterThan(100 * 80_000);
  });

  it("has nothing to catch up with where five writers are enough", () => {
    const outcome = simulateLogQueue({ ...queue, messagesPerSecond: 50 });

    expect([outcome.caughtUpS, outcome.mostWaiting]).toEqual([0, 0]);
  });
});

describe("parts of the simulation", () => {
  it("hands out events in the order of their instants, equal ones as they came", () => {
    const random = seededRandom(1);
    const heap = eventHeap<number>();
    const instants = Array.from({ length: 500 }, () => random.nextUint32() % 50);
    for (const [i, at] of instants.entries()) heap.push(at, i);
    const expected = instants.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at || a.i - b.i);

    expect(instants.map(() => heap.pop())).toEqual(expected.map(({ i }) => i));
    expect([heap.pop(), heap.next()]).toEqual([undefined, Number.POSITIVE_INFINITY]);
  });

  it("fills a bucket by its rate and never above its size", () => {
    const bucket = tokenBucket(2, 3);

    expect([bucket.take(0, 3), bucket.take(0), bucket.take(0.5), bucket.take(0.6)]).toEqual([
      ...[true, false, true, false],
    ]);
    expect([bucket.take(100, 4), bucket.take(100, 3)]).toEqual([false, true]);
    bucket.resize(100, 2, 5);
    expect(bucket.take(100, 2)).toBe(true);
  });

  it("forgets environments that were idle for too long, and uses the last one first", () => {
    const of = environments(2, 10);

    expect([of.takeIdle(5), of.count(5)]).toEqual([true, 2]);
    of.giveBack(6);
    expect([of.count(11), of.count(17), of.takeIdle(17)]).toEqual([1, 0, false]);
  });

  it("tells quantiles to 1%, and draws what was measured", () => {
    const histogram = durationHistogram();
    for (let ms = 1; ms <= 1_000; ms++) histogram.add(ms / 1_000);
    const groups = Array.from({ length: 20 }, (_, i) => i + 1);

    expect(histogram.quantileMs(0.5) / 500).toBeCloseTo(1, 1);
    expect(histogram.quantileMs(0.99) / 990).toBeCloseTo(1, 1);
    expect(durationHistogram().quantileMs(0.5)).toBe(0);
    expect(meanOf(groups)).toBe(10.5);
    expect([0, 0.05, 0.999].map((share) => drawFrom(groups, share))).toEqual([1, 2, 20]);
  });
});
