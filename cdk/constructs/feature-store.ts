import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { EVENT_BATCHING } from "../../core/streams/event-batching.ts";
import { grantFeatures, grantObjects, grantRegistry } from "../grants.ts";
import { keptTable } from "./kept-table.ts";
import type { IPlatform } from "./platform.ts";
import { type FunctionDefaults, PlatformFunction } from "./platform-function.ts";
import { CONSUMER_TIMEOUT, takeFrom, workQueue } from "./work-queue.ts";

/** What holds events and the features of entities. `FeatureStore` makes it; any object that has it will do. */
export interface IFeatureStore {
  /** State of entities: string keys `pk` and `sk`, time to live in `expiresAt`. */
  readonly table: ITable;
  /** Events on their way to a file and into the state. */
  readonly eventQueue: IQueue;
}

export interface FeatureStoreProps {
  /** What holds state: a `Platform`, or anything like it. */
  readonly platform: IPlatform;
  /** @default - see each of its fields */
  readonly defaults?: FunctionDefaults;
  /**
   * An existing table with string keys `pk` and `sk`, and `expiresAt` as its time to live.
   *
   * @default - a table that is billed by request and stays when the stack is removed
   */
  readonly table?: ITable;
  /** Refuses to delete the new table until that is switched off. @default false */
  readonly deletionProtection?: boolean;
}

/**
 * Streams online: the queue that the prediction URL puts events into, the function that takes them to
 * Parquet and into the state of their entities, and the table of that state. All of it is billed by use.
 *
 * The queue is a standard one: events may come in any order and twice, and count once. A first-in,
 * first-out queue would cost more and order what need not be.
 */
export class FeatureStore extends Construct implements IFeatureStore {
  readonly table: ITable;
  readonly eventQueue: IQueue;
  readonly ingestEvents: PlatformFunction;

  constructor(scope: Construct, id: string, props: FeatureStoreProps) {
    super(scope, id);
    this.table = props.table ?? this.createTable(props);
    this.eventQueue = this.createQueue(props.platform);
    this.ingestEvents = this.createConsumer(props);
  }

  private createTable({ platform, deletionProtection = false }: FeatureStoreProps): ITable {
    const timeToLiveAttribute = "expiresAt";
    return keptTable(this, "Features", {
      key: platform.key,
      deletionProtection,
      timeToLiveAttribute,
    });
  }

  private createQueue({ key, deadLetters }: IPlatform): IQueue {
    return workQueue(this, "EventQueue", {
      key,
      deadLetters,
      windowSeconds: EVENT_BATCHING.windowSeconds,
    });
  }

  private createConsumer({ platform, defaults }: FeatureStoreProps): PlatformFunction {
    const ingest = new PlatformFunction(this, "IngestEvents", {
      platform,
      defaults,
      name: "ingest-events",
      description: "Takes events of streams to Parquet files and into the state of their entities",
      memoryMb: 1_769,
      timeout: CONSUMER_TIMEOUT,
      environment: { MILLRACE_FEATURE_TABLE: this.table.tableName },
    });
    grantObjects(platform, ingest, { write: ["streams"] });
    grantRegistry(platform, ingest, ["Query"]);
    grantFeatures(platform, this, ingest, ["read", "write"]);
    platform.key?.grantDecrypt(ingest);
    takeFrom(this.eventQueue, ingest, EVENT_BATCHING);
    return ingest;
  }
}
