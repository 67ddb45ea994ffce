/** What is known of a stored object without reading it. */
export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Which bytes lay under a key when it was asked. */
export interface ObjectIdentity extends ObjectInfo {
  /** Changes when the bytes do: S3's entity tag; of a file the SHA-256 of its content. */
  readonly etag: string;
  /** Of a bucket that keeps versions. */
  readonly versionId?: string;
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
   * @param etag of `identify`: the bytes that are wanted. @default those that are there
   * @throws {NotFoundError} if nothing is stored under the key.
   * @throws {ConflictError} if other bytes stand under the key than are wanted.
   */
  localPath(key: string, etag?: string): Promise<string>;

  /** `undefined` if nothing is stored under the key. */
  head(key: string): Promise<ObjectInfo | undefined>;

  /** `undefined` if nothing is stored under the key. Locally it reads the whole object. */
  identify(key: string): Promise<ObjectIdentity | undefined>;

  /** Every object whose key starts with the prefix, in key order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;

  /** Removes objects; a key that is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
}
