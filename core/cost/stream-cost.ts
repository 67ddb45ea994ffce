import type { StreamDefinition, StreamFeature } from "../definition/stream-schema.ts";
import { LARGEST_HEAD_BYTES } from "../features/cut-blocks.ts";
import { type EntityKind, entityKinds } from "../features/entity-kind.ts";
import { streamRetentionMs } from "../streams/stream-retention.ts";
import { costLine, repeated, total, type Use } from "./cost-line.ts";
import { FUNCTION_SIZES } from "./function-sizes.ts";
import { lambdaUses } from "./lambda-uses.ts";
import { queueRequests } from "./prediction-log-use.ts";
import { BYTES_PER_GB, HOURS_PER_MONTH, type RegionPrices } from "./prices.ts";

/** What came into a stream on one day, as its archive tells. */
export interface StreamActivity {
  /** Events, each counted once. */
  readonly events: number;
  /** Files of the archive: one for each invocation that took some of the stream. */
  readonly files: number;
  readonly fileBytes: number;
  /** Messages that the events came in, at least: those of one millisecond count as one. */
  readonly messages: number;
  /** All events as JSON. */
  readonly messageBytes: number;
  /** By kind of entity, its fields in order of name with "+" between. */
  readonly kinds: Readonly<Record<string, KindActivity>>;
}

export interface KindActivity {
  readonly entities: number;
  /** Entities of each file, summed: how often the state of one was written. */
  readonly updates: number;
}

type CostedStream = Pick<StreamDefinition, "name" | "features" | "allowedLateness">;

/** USD of a month in which every day is like the one that was looked at. */
export interface FeatureCost {
  readonly region: string;
  /** The feature's part: of the state of its kind of entity, and of what all features of the stream share. */
  readonly usdPerMonth: number;
  /** All of the stream. */
  readonly streamUsdPerMonth: number;
  /** Whether every use was measured and has a price. */
  readonly isComplete: boolean;
  readonly eventsPerMonth: number;
  /** What was taken for granted. */
  readonly assumed: string;
}

const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
const DAY_MS = 86_400_000;
/** Key, version, time to live, and what a head says of itself and of its tiles. */
const ITEM_BYTES = 150;
/** Of an event's state: 8 of its id's hash, about 3 of the time since the event before it. */
const EVENT_BYTES = 11;
/** A number has 1 to 9, a text that is there already 2. */
const VALUE_BYTES = 5;
/** Source: "DynamoDB read and write operations": a write unit is 1 kB, a strongly consistent read unit 4 kB. */
const WRITE_BYTES = 1_024;
const READ_BYTES = 4_096;

export const STREAM_ASSUMED = `every day is like the last one with events; ${EVENT_BYTES} bytes of state an event and ${VALUE_BYTES} a value, an entity's events spread evenly over the entities of the day; ingest-events is billed by a duration that only AWS knows; reads are the predictions'`;

/**
 * What a stream uses in a month in which every day is as the one that was measured: messages, the function
 * that takes them, its files, and the state of entities. What predictions read is theirs.
 *
 * @param ingestMs mean duration of an invocation of `ingest-events`; null where nothing was measured
 */
export function streamUses(
  stream: CostedStream,
  activity: StreamActivity,
  ingestMs: number | null = null,
): readonly Use[] {
  return [
    ...sharedUses(stream, activity, ingestMs),
    ...entityKinds(stream).flatMap((kind) => kindUses(stream, activity, kind)),
  ];
}

/** What a feature costs: features of one kind of entity read the same state, all read the same events. */
export function featureCost(
  stream: CostedStream,
  featureName: string,
  activity: StreamActivity,
  { region, prices }: { readonly region: string; readonly prices: RegionPrices },
): FeatureCost {
  const priced = (uses: readonly Use[]) => total(uses.map((use) => costLine(use, prices)));
  const feature = stream.features[featureName] as StreamFeature;
  const kind = entityKinds(stream).find(({ features }) => features.includes(feature)) as EntityKind;
  const all = priced(streamUses(stream, activity));
  const shared = priced(sharedUses(stream, activity, null));
  const state = priced(kindUses(stream, activity, kind));
  const features = Object.keys(stream.features).length;
  return {
    region,
    usdPerMonth: shared.usd / features + state.usd / kind.features.length,
    streamUsdPerMonth: all.usd,
    isComplete: all.isComplete,
    eventsPerMonth: Math.round(activity.events * DAYS_PER_MONTH),
    assumed: STREAM_ASSUMED,
  };
}

/** From the queue to a file. */
function sharedUses(
  { name }: CostedStream,
  { files, fileBytes, messages, messageBytes, events }: StreamActivity,
  ingestMs: number | null,
): readonly Use[] {
  const size = FUNCTION_SIZES["ingest-events"];
  const invocations = `${files.toLocaleString("en")} invocations`;
  const durationsMs = ingestMs === null ? null : [ingestMs];
  const compute = lambdaUses({
    ...{ item: `${name}: ingest-events`, size, architecture: "x86_64", durationsMs },
  });
  const daily: readonly Use[] = [
    {
      item: `${name}: queue`,
      price: "sqsUsdPerRequest",
      quantity: messages * queueRequests(messageBytes / Math.max(1, messages)),
      how: `${messages.toLocaleString("en")} messages with ${events.toLocaleString("en")} events, sent, received and removed ten at a time, by 64 kB`,
    },
    {
      item: `${name}: ingest-events: requests`,
      price: "lambdaUsdPerRequest",
      quantity: files,
      how: invocations,
    },
    ...repeated(compute, files, invocations),
    {
      item: `${name}: files written`,
      price: "s3UsdPerPut",
      quantity: files,
      how: "one file an invocation",
    },
  ];
  return [
    ...aMonthOf(daily),
    {
      item: `${name}: files kept`,
      price: "s3UsdPerGbMonth",
      quantity: (fileBytes * DAYS_PER_MONTH) / BYTES_PER_GB,
      how: `${fileBytes.toLocaleString("en")} bytes a day, each month that they are kept`,
    },
  ];
}

/** The state of one kind of entity: read, written, kept. */
function kindUses(
  stream: CostedStream,
  activity: StreamActivity,
  kind: EntityKind,
): readonly Use[] {
  const { entities, updates } = activity.kinds[kind.name] ?? { entities: 0, updates: 0 };
  if (entities === 0) return [];
  const features = Object.fromEntries(kind.features.entries());
  const days = streamRetentionMs({ ...stream, features }) / DAY_MS;
  const eventBytes = EVENT_BYTES + kind.columns.length * VALUE_BYTES;
  const stateBytes = (activity.events / entities) * days * eventBytes;
  const headBytes = Math.round(ITEM_BYTES + Math.min(stateBytes, LARGEST_HEAD_BYTES));
  const how = `${updates.toLocaleString("en")} updates of ${headBytes.toLocaleString("en")} bytes`;
  const item = `${stream.name}: state of ${kind.name}`;
  const daily: readonly Use[] = [
    {
      item: `${item}: written`,
      price: "dynamodbUsdPerWriteUnit",
      quantity: updates * Math.ceil(headBytes / WRITE_BYTES),
      how,
    },
    {
      item: `${item}: read before`,
      price: "dynamodbUsdPerReadUnit",
      quantity: updates * Math.ceil(headBytes / READ_BYTES),
      how,
    },
  ];
  const keptBytes = entities * (ITEM_BYTES + stateBytes);
  const months: Use = {
    item: `${item}: kept`,
    price: "dynamodbUsdPerGbMonth",
    quantity: keptBytes / BYTES_PER_GB,
    how: `${entities.toLocaleString("en")} entities, events of ${Math.round(days * 10) / 10} days`,
  };
  const recovery: Use = {
    item: `${item}: recovery to any point in time`,
    price: "dynamodbRecoveryUsdPerGbMonth",
    quantity: months.quantity,
    how: "the same bytes",
  };
  return [...aMonthOf(daily), months, recovery];
}

const aMonthOf = (uses: readonly Use[]) =>
  repeated(uses, DAYS_PER_MONTH, `${Math.round(DAYS_PER_MONTH * 10) / 10} days`);
