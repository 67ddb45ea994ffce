/** What is known of a stored object without reading it. */
export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
}

/**
 * Bytes under keys: S3, or a directory tree on one machine. Every object of Millrace is written
 * once and never replaced.
 */
export interface ObjectStore {
  /** @throws {NotFoundError} if nothing is stored under the key. */
  get(key: string): Promise<Uint8Array>;

  /**
   * Stores bytes that were not there before, all or nothing.
   *
   * @returns `created: false` when the very same bytes stood there already (a retry).
   * @throws {ConflictError} if other bytes stand under the key.
   */
  put(key: string, bytes: Uint8Array | string): Promise<{ readonly created: boolean }>;

  /** As `put`, from a file on this machine's disk. The file may be removed afterwards. */
  putFile(key: string, path: string): Promise<{ readonly created: boolean }>;

  /**
   * A path on this machine's disk that holds the object's bytes: the object itself where the store
   * is a disk, a copy in ephemeral storage elsewhere. To be read only, never written or removed.
   *
   * @throws {NotFoundError} if nothing is stored under the key.
   */
  localPath(key: string): Promise<string>;

  /** `undefined` if nothing is stored under the key. */
  head(key: string): Promise<ObjectInfo | undefined>;

  /** Every object whose key starts with the prefix, in key order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;

  /** Removes objects; a key that is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
}
