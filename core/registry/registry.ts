import type { Deployment, Routing } from "../routing/deployment.ts";
import type {
  AliasName,
  AliasRecord,
  AuditEvent,
  BackfillRecord,
  Change,
  ModelRecord,
  RunDurations,
  RunRecord,
  RunStatus,
  StreamChange,
  StreamRecord,
  VersionRecord,
} from "./records.ts";

export type NewVersion = Omit<VersionRecord, "version" | "createdAt" | "createdBy">;

export interface RunOutcome {
  readonly status: Exclude<RunStatus, "running">;
  readonly datasetDigest?: string;
  readonly durations?: RunDurations;
  readonly error?: { readonly name: string; readonly message: string };
}

/**
 * The only thing that changes. Every change is one transaction together with its audit event, and
 * every write may be repeated (a retried task) without changing anything a second time.
 */
export interface Registry {
  /** Makes a definition the one that new runs use. Repeating the current one changes nothing. */
  deployDefinition(record: Omit<ModelRecord, "updatedAt">, change: Change): Promise<void>;
  /** @throws {NotFoundError} */
  model(model: string): Promise<ModelRecord>;
  models(): Promise<readonly ModelRecord[]>;

  /**
   * Makes a definition of a stream the one that its events are read by. Features that were there keep
   * the time since when. Repeating the current one changes nothing.
   */
  deployStream(
    record: Pick<StreamRecord, "stream" | "owner" | "description" | "definitionDigest"> & {
      readonly features: Readonly<Record<string, { readonly owner: string }>>;
    },
    change: Change,
  ): Promise<void>;
  /** @throws {NotFoundError} */
  stream(stream: string): Promise<StreamRecord>;
  streams(): Promise<readonly StreamRecord[]>;
  /** Tells that the online state holds a stream's past. @throws {NotFoundError} */
  recordBackfill(
    stream: string,
    backfill: Omit<BackfillRecord, "at" | "by">,
    change: Change,
  ): Promise<void>;
  /** What was done to a stream, newest first. */
  streamChanges(stream: string): Promise<readonly StreamChange[]>;

  /** @throws {ConflictError} if a run of this id has ended. A running one is returned as it is. */
  startRun(
    run: Pick<RunRecord, "model" | "runId" | "reason" | "requestedBy" | "definitionDigest">,
  ): Promise<RunRecord>;
  /** Ends a run once; ending it again with the same status changes nothing.
   * @throws {ConflictError} if it ended otherwise. @throws {NotFoundError} */
  endRun(model: string, runId: string, outcome: RunOutcome, change: Change): Promise<RunRecord>;
  /** @throws {NotFoundError} */
  run(model: string, runId: string): Promise<RunRecord>;
  /** Newest first. */
  runs(model: string): Promise<readonly RunRecord[]>;

  /** The number of the run's version, taken from the model's counter at the first call. A number
   * whose run dies before `registerVersion` stays unused for ever. @throws {NotFoundError} */
  reserveVersion(model: string, runId: string): Promise<number>;
  /**
   * Makes the version that the run reserved visible; its files must be complete. Repeating it
   * returns what is there.
   * @throws {ConflictError} if the run reserved no number.
   */
  registerVersion(version: NewVersion, change: Change): Promise<VersionRecord>;
  /** @throws {NotFoundError} */
  version(model: string, version: number): Promise<VersionRecord>;
  /** Newest first. */
  versions(model: string): Promise<readonly VersionRecord[]>;

  /**
   * Points an alias at a version.
   * @returns where it pointed before; `from` equals `to` where nothing changed.
   * @throws {NotFoundError} if there is no such version.
   * @throws {ConflictError} if the version was rejected, or the alias is not at `expected` (if given;
   *   `null` means that it points nowhere).
   */
  moveAlias(
    move: {
      readonly model: string;
      readonly alias: AliasName;
      readonly version: number;
      readonly expected?: number | null;
    },
    change: Change,
  ): Promise<{ readonly from?: number; readonly to: number }>;
  aliases(model: string): Promise<readonly AliasRecord[]>;
  /** Which version an alias pointed at, at an instant (ISO 8601). `undefined`: none yet. */
  aliasAt(model: string, alias: AliasName, at: string): Promise<number | undefined>;

  /** Which versions see the model's traffic, as of now; an unknown model has none and revision 0. */
  deployment(model: string): Promise<Deployment>;
  /**
   * Replaces the routing beside the champion and, if given, moves the champion with it.
   *
   * @returns the deployment as it then is; the same revision where nothing changed
   * @throws {ConflictError} if the deployment is not at the revision or its champion not the one that
   *   `now` has, or a version was rejected.
   * @throws {NotFoundError} if there is no such version.
   */
  changeDeployment(
    order: {
      /** As it was read, and decided upon. */
      readonly now: Deployment;
      readonly routing: Routing;
      /** @default it stays */
      readonly champion?: number;
    },
    change: Change,
  ): Promise<Deployment>;

  /**
   * Adds a line to the history that changes nothing else.
   *
   * @param identity makes it repeatable: of all calls with the same one, the first is kept. A fresh
   *   id and now if absent.
   * @throws {InvalidInputError} if `identity.at` is no instant.
   */
  record(
    event: Omit<AuditEvent, "id" | "at">,
    identity?: Pick<AuditEvent, "id" | "at">,
  ): Promise<void>;
  /** Newest first. */
  events(model: string, limit?: number): Promise<readonly AuditEvent[]>;
}
