import { setTimeout as wait } from "node:timers/promises";
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { until } from "../../fixtures/e2e/until.ts";
import { lastValues, putValues, type WatchedAlarm, watchedAlarm } from "../alarms/alarm-metric.ts";
import { type AlarmState, alarmState, exampleValues } from "../alarms/alarm-state.ts";
import { takeAlerts } from "../alerts.ts";
import type { Cloud } from "../cloud.ts";
import { deployedTemplate, madeResources } from "../stack.ts";
import type { Step } from "../step.ts";

const ALARM = "AWS::CloudWatch::Alarm";

/**
 * The emulator looks at all values of the last N periods at once. The oldest value that makes an alarm
 * breach is about to leave these, so that the alarm can be seen to end.
 */
const SEEN_FOR_MS = 15_000;

export const fireAlarms: Step = {
  name: "send every alarm its metric",
  async run({ cloud }) {
    const alarms = await alarmsOfStack(cloud);
    await takeAlerts(cloud);
    const startedAtMs = Date.now();

    for (const alarm of alarms) await fire(cloud, alarm, startedAtMs);
    const fired = await statesOf(cloud, alarms);
    const told = await alertsOf(cloud, alarms, "ALARM");
    await wait(Math.max(0, startedAtMs + SEEN_FOR_MS + 1_000 - Date.now()));
    for (const alarm of alarms) await calm(cloud, alarm, startedAtMs);
    const calmed = await statesOf(cloud, alarms);

    const silent = alarms.filter(({ name }) => fired.get(name) !== "ALARM");
    if (silent.length > 0) {
      throw new Error(`did not fire: ${silent.map(({ name }) => name).join(", ")}`);
    }
    const over = alarms.filter(({ name }) => calmed.get(name) === "OK").length;
    return `${alarms.length} alarms, all fire by CloudWatch's rules and in the emulator, ${told} alerts received; all end by the rules, ${over} in the emulator`;
  },
};

/** Every alarm of the template, as the cloud has it. */
async function alarmsOfStack(cloud: Cloud): Promise<readonly WatchedAlarm[]> {
  const template = await deployedTemplate(cloud);
  const inTemplate = Object.values(template).filter(({ Type }) => Type === ALARM).length;
  const names = (await madeResources(cloud))
    .filter(({ type }) => type === ALARM)
    .map(({ physicalId }) => physicalId);
  const alarms: WatchedAlarm[] = [];
  for await (const page of paginateDescribeAlarms({ client: cloud.cloudWatch }, {})) {
    for (const alarm of page.MetricAlarms ?? []) {
      if (names.includes(alarm.AlarmName ?? "")) alarms.push(watchedAlarm(alarm));
    }
  }
  if (alarms.length === 0 || alarms.length !== inTemplate) {
    throw new Error(`the template has ${inTemplate} alarms, ${alarms.length} are there`);
  }
  return alarms;
}

/** Sends values over the threshold, one for each period, and judges by them. */
async function fire(cloud: Cloud, alarm: WatchedAlarm, nowMs: number): Promise<void> {
  const { rule, periodMs, name } = alarm;
  const atMs = instants(alarm, nowMs);
  const untilMs = endOfPeriod(Math.max(...atMs), periodMs);
  const before = alarmState(rule, await lastValues(cloud, alarm, untilMs), "OK");
  if (before === "ALARM") throw new Error(`alarm ${name} fires without cause`);

  await putValues(cloud, alarm, { value: exampleValues(rule).beyond, atMs });

  const after = alarmState(rule, await lastValues(cloud, alarm, untilMs), before);
  if (after !== "ALARM") throw new Error(`alarm ${name} is ${after} with its metric beyond`);
}

/** Sends good values for the periods that follow, and judges by these. */
async function calm(cloud: Cloud, alarm: WatchedAlarm, nowMs: number): Promise<void> {
  const { rule, periodMs, name } = alarm;
  const spanMs = rule.evaluationPeriods * periodMs;
  const atMs = instants(alarm, nowMs).map((at) => at + spanMs);
  await putValues(cloud, alarm, { value: exampleValues(rule).within, atMs });

  const untilMs = endOfPeriod(Math.max(...atMs), periodMs);
  const after = alarmState(rule, await lastValues(cloud, alarm, untilMs), "ALARM");
  if (after !== "OK") throw new Error(`alarm ${name} is ${after} with its metric within`);
}

/** One instant in each of the alarm's last N periods. */
const instants = ({ rule, periodMs }: WatchedAlarm, nowMs: number): readonly number[] =>
  Array.from(
    { length: rule.evaluationPeriods },
    (_, i) => nowMs - (i + 1) * periodMs + SEEN_FOR_MS,
  );

const endOfPeriod = (atMs: number, periodMs: number): number =>
  (Math.floor(atMs / periodMs) + 1) * periodMs;

/** What the emulator itself says. */
async function statesOf({ cloudWatch: client }: Cloud, alarms: readonly WatchedAlarm[]) {
  const names = new Set(alarms.map(({ name }) => name));
  const states = new Map<string, AlarmState>();
  for await (const page of paginateDescribeAlarms({ client }, {})) {
    for (const { AlarmName = "", StateValue } of page.MetricAlarms ?? []) {
      if (names.has(AlarmName)) states.set(AlarmName, StateValue as AlarmState);
    }
  }
  return states;
}

/** Waits until each of the alarms has told its state by the topic. */
async function alertsOf(cloud: Cloud, alarms: readonly WatchedAlarm[], state: AlarmState) {
  const missing = new Set(alarms.map(({ name }) => name));
  await until(`every alarm has told that it is ${state}`, async () => {
    for (const { message } of await takeAlerts(cloud)) {
      const { AlarmName, NewStateValue } = JSON.parse(message);
      if (NewStateValue === state) missing.delete(AlarmName);
    }
    return missing.size === 0;
  });
  return alarms.length;
}
