import { setTimeout as wait } from "node:timers/promises";
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { lastValues, putValues, type WatchedAlarm, watchedAlarm } from "../alarms/alarm-metric.ts";
import { alarmState, exampleValues } from "../alarms/alarm-state.ts";
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
    await everyAlert(cloud, alarms);
    await wait(Math.max(0, startedAtMs + SEEN_FOR_MS + 1_000 - Date.now()));
    for (const alarm of alarms) await calm(cloud, alarm, startedAtMs);

    const states = await statesOf(cloud, alarms);
    const over = states.filter((state) => state === "OK").length;
    return `${alarms.length} alarms fire by CloudWatch's rules and by the emulator's, which sent each one's alert; ${alarms.length} end by the rules, ${over} by the emulator's`;
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

/** Waits until each of the alarms has told by the topic that it fires: so says the emulator itself. */
async function everyAlert(cloud: Cloud, alarms: readonly WatchedAlarm[]): Promise<void> {
  const silent = new Set(alarms.map(({ name }) => name));
  const deadline = performance.now() + 20_000;
  while (silent.size > 0) {
    for (const { message } of await takeAlerts(cloud)) {
      const { AlarmName, NewStateValue } = JSON.parse(message);
      if (NewStateValue === "ALARM") silent.delete(AlarmName);
    }
    if (performance.now() > deadline) throw new Error(`no alert of ${[...silent].join(", ")}`);
  }
}

async function statesOf({ cloudWatch: client }: Cloud, alarms: readonly WatchedAlarm[]) {
  const names = new Set(alarms.map(({ name }) => name));
  const states: (string | undefined)[] = [];
  for await (const page of paginateDescribeAlarms({ client }, {})) {
    for (const { AlarmName = "", StateValue } of page.MetricAlarms ?? []) {
      if (names.has(AlarmName)) states.push(StateValue);
    }
  }
  return states;
}
