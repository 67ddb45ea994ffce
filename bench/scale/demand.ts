import { logFlushes } from "../../core/cost/prediction-log-use.ts";
import { SECONDS_PER_MONTH } from "../../core/cost/prices.ts";
import { ASSUMED } from "./assumptions.ts";
import { LIMITS } from "./limits.ts";
import { type MeasuredInputs, meanOf, requestOf } from "./measured-inputs.ts";

/** One way to ask for predictions. */
export interface Way {
  readonly rows: number;
  /** Whether features come from DynamoDB; else the caller sends them. */
  readonly readsFeatures: boolean;
  /** Lambda's time by the measured one. */
  readonly slowdown: number;
  /** Share of requests whose predictions are logged. */
  readonly logged: number;
}

export const AS_IS: Way = {
  rows: 1,
  readsFeatures: false,
  slowdown: ASSUMED.slowdown,
  logged: 1,
};

/** What a rate of predictions asks of AWS. */
export interface Demand {
  readonly requestsPerSecond: number;
  /** How long a request occupies an environment, in ms. */
  readonly occupiedMs: number;
  /** Requests at a time: rate x duration, Little's law. */
  readonly concurrency: number;
  /** Concurrency that the rate of requests needs the quota to be: a tenth of it. */
  readonly concurrencyForRate: number;
  /** The larger of both. */
  readonly quota: number;
  /** Accounts of ASSUMED.raisedConcurrency each. */
  readonly accounts: number;
  /** From nothing to this with one function, in s. */
  readonly rampS: number;
  /** The larger of request and answer, as a share of what a payload may have. */
  readonly payloadShare: number;
  /** Into the function and out of it. */
  readonly bytesPerSecond: number;
  readonly messagesPerSecond: number;
  readonly queuedBytesPerSecond: number;
  /** Received from the queue and not yet removed, while the log is written. */
  readonly messagesInFlight: number;
  /** Invocations at a time that write the log. */
  readonly logWriters: number;
  /** Eventually consistent: half a unit for 4 kB. */
  readonly readUnitsPerSecond: number;
}

/** How long a request occupies an environment, in ms, the send of its log record included. */
export function occupiedMs(measured: MeasuredInputs, way: Way): number {
  const work = meanOf(requestOf(measured, way.rows).msTwentieths) * way.slowdown;
  const read = way.readsFeatures
    ? ASSUMED.featureReadMs + measured.featureRead.ms * way.slowdown
    : 0;
  return work + read + ASSUMED.queueMs * way.logged;
}

/** @param predictionsPerSecond all of them */
export function demandOf(measured: MeasuredInputs, way: Way, predictionsPerSecond: number): Demand {
  const request = requestOf(measured, way.rows);
  const rate = predictionsPerSecond / way.rows;
  const ms = occupiedMs(measured, way);
  const concurrency = (rate * ms) / 1_000;
  const concurrencyForRate = rate / LIMITS.requestsPerConcurrency.value;
  const quota = Math.max(concurrency, concurrencyForRate);
  const burst = LIMITS.environmentsPerTenSeconds.value;
  const perSecond = 1 / SECONDS_PER_MONTH;
  const flushes =
    way.logged *
    perSecond *
    logFlushes({
      requests: rate / perSecond,
      rowsPerRequest: way.rows,
      queuedBytes: request.queuedBytes / way.rows,
    });
  return {
    requestsPerSecond: rate,
    occupiedMs: ms,
    concurrency,
    concurrencyForRate,
    quota,
    accounts: Math.ceil(quota / ASSUMED.raisedConcurrency),
    rampS: Math.max(0, quota - burst) / (burst / 10),
    payloadShare: Math.max(request.requestBytes, request.answerBytes) / LIMITS.payloadBytes.value,
    bytesPerSecond: rate * (request.requestBytes + request.answerBytes),
    messagesPerSecond: rate * request.messages * way.logged,
    queuedBytesPerSecond: rate * request.queuedBytes * way.logged,
    messagesInFlight: rate * request.messages * way.logged * (ASSUMED.logWriteMs / 1_000),
    logWriters: (flushes * ASSUMED.logWriteMs) / 1_000,
    readUnitsPerSecond: way.readsFeatures ? (predictionsPerSecond * ASSUMED.entities) / 2 : 0,
  };
}
