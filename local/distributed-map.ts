import { valueAt } from "../core/json-path.ts";
import type { ItemReader } from "./item-reader.ts";

/** A Map state in DISTRIBUTED mode, as far as it is looked at here. */
export interface DistributedMap {
  readonly ItemReader?: ItemReader & { readonly Parameters?: object };
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly [field: string]: unknown;
}

interface AnyState {
  readonly Type: string;
  readonly ItemProcessor?: { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly [field: string]: unknown;
}

type States = Readonly<Record<string, AnyState>>;

/** What the Task that stands for a Map keeps of it: everything about its place among other states. */
const KEPT = ["Comment", "InputPath", "ResultSelector", "ResultPath", "OutputPath"] as const;
const FLOW = ["Retry", "Catch", "Next", "End"] as const;

/** What a Distributed Map may say and this machine does not do. */
const NOT_RUN = ["ItemBatcher", "ResultWriter", "ToleratedFailureCount", "MaxConcurrencyPerBatch"];

/**
 * The top-level states with a Task in the place of every Distributed Map, and those Maps. The local
 * interpreter knows inline Maps only: `mapAlone` is what the Task has to run.
 *
 * @throws {Error} if a Map says what this machine does not do
 */
export function takeDistributedMaps(states: States): {
  readonly states: States;
  readonly maps: Readonly<Record<string, DistributedMap>>;
} {
  const found = Object.entries(states).filter(
    ([, { Type, ItemProcessor }]) =>
      Type === "Map" && ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED",
  );
  for (const [name, map] of found) {
    const field = NOT_RUN.find((other) => map[other] !== undefined);
    if (field) throw new Error(`${name}: ${field} is not run on this machine; leave it out`);
    if (map.ToleratedFailurePercentage ?? 0) {
      throw new Error(`${name}: on this machine ToleratedFailurePercentage can be 0 only`);
    }
  }
  const tasks = found.map(([name, map]) => [
    name,
    {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution",
      ...pick(map, [...KEPT, ...FLOW]),
    },
  ]);
  return { states: { ...states, ...Object.fromEntries(tasks) }, maps: Object.fromEntries(found) };
}

/** Name of the state that reads the items of a Map. */
export const readingState = (map: string) => `${map}: ItemReader`;

/**
 * A state machine of one Distributed Map: its items are read, then mapped in line, no more at a time
 * than the Map and this machine allow. Its input is the Map's.
 */
export function mapAlone(
  name: string,
  map: DistributedMap,
  { input, atMost }: { readonly input: unknown; readonly atMost: number },
): { readonly StartAt: string; readonly States: Readonly<Record<string, object>> } {
  const { ItemReader, MaxConcurrencyPath, MaxConcurrency, Label: _label, ...rest } = map;
  const asked = Number(
    MaxConcurrencyPath === undefined
      ? (MaxConcurrency ?? 0)
      : valueAt(input, MaxConcurrencyPath.split(".").slice(1)),
  );
  // 0 is no limit. Source: "Map state in Distributed mode", AWS Step Functions developer guide.
  const limit = asked > 0 ? Math.min(asked, atMost) : atMost;
  const inline = {
    ...omit(rest, [...KEPT, ...FLOW, "ToleratedFailurePercentage"]),
    MaxConcurrency: limit,
    End: true,
  };
  if (!ItemReader) return { StartAt: name, States: { [name]: inline } };
  const reading = {
    Type: "Task",
    Resource: ItemReader.Resource,
    Parameters: ItemReader.Parameters ?? {},
    ResultPath: "$.distributedMapItems",
    Next: name,
  };
  return {
    StartAt: readingState(name),
    States: {
      [readingState(name)]: reading,
      [name]: { ...inline, ItemsPath: "$.distributedMapItems" },
    },
  };
}

const pick = (state: object, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(state).filter(([field]) => fields.includes(field)));
const omit = (state: object, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(state).filter(([field]) => !fields.includes(field)));

/** A child failed: which one, a Map Run's failure does not say on AWS, here its cause does. */
export class ToleratedFailureError extends Error {
  override readonly name = "States.ExceedToleratedFailureThreshold";
}
