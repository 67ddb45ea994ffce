import type { MetricName } from "../core/definition/metrics.ts";
import { METRIC_WORDS } from "../core/evaluation/metric-words.ts";
import type { EventKind, Metrics } from "../core/registry/records.ts";

/** Names and numbers as the page writes them. Instants are UTC, as in logs and schedules. */

export const EVENT_WORDS: Readonly<Record<EventKind, string>> = {
  "definition-deployed": "definition deployed",
  "run-started": "run started",
  "run-ended": "run ended",
  "version-reserved": "version number reserved",
  "version-registered": "version registered",
  "version-rejected": "version rejected",
  "alias-moved": "alias moved",
  "deployment-changed": "traffic divided",
  "drift-reported": "drift reported",
};

/** `2026-11-23 14:02:31` */
export const instantWords = (iso: string) => iso.slice(0, 19).replace("T", " ");

/** `0.4 s`, `12 s`, `3 min 05 s` */
export function secondsWords(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** Four decimals, as reports have them; `-` for what was not measured. */
export function numberWords(value: number | undefined): string {
  if (value === undefined) return "-";
  // MAPE where the truth is 0 has sixteen digits before the point
  return Math.abs(value) < 1e7 ? value.toFixed(4) : value.toExponential(4);
}

/** A number in the target's unit: five digits, without noughts at its end. */
export const amountWords = (value: number) =>
  Number(value.toPrecision(5)).toLocaleString("en", { maximumSignificantDigits: 5 });

export const countWords = (value: number) => value.toLocaleString("en");

export const metricWords = (metrics: Metrics, name: MetricName) => numberWords(metrics[name]);

/** A metric's name at the beginning of a line. */
export const metricHead = (name: MetricName) =>
  METRIC_WORDS[name].charAt(0).toUpperCase() + METRIC_WORDS[name].slice(1);

/** `0.004170 USD`; `-` for what is not known. */
export const usdWords = (usd: number | null) => (usd === null ? "-" : `${usd.toFixed(6)} USD`);

/** `leaves 31, learningRate 0.1` */
export const parameterWords = (parameters: Readonly<Record<string, unknown>>) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** Enough of a digest to tell it from its neighbours. */
export const shortDigest = (digest: string) => digest.slice(0, 12);

/** A text with every digest in it shortened. */
export const shortenedDigests = (text: string) => text.replace(/\b[0-9a-f]{64}\b/g, shortDigest);
