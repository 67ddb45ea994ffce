/** Where an item lies: items of one partition are written one after another. */
export interface FeatureItemKey {
  readonly partition: string;
  readonly sort: string;
}

export interface FeatureItem {
  /** Another one after each write. */
  readonly version: string;
  readonly bytes: Uint8Array;
}

export interface FeatureItemWrite {
  readonly key: FeatureItemKey;
  readonly bytes: Uint8Array;
  /** Of the item that is replaced; undefined if there must be none. */
  readonly replaces: string | undefined;
  /** When the item may be deleted, in milliseconds since 1970-01-01T00:00:00Z; undefined for never. */
  readonly expiresAtMs: number | undefined;
}

/** What the state of entities is kept in: small items of bytes, each written under a condition. */
export interface FeatureItems {
  /**
   * The items in the order of their keys, undefined where there is none. Keys may not repeat.
   *
   * @param isConsistent sees every write that was answered before, at twice the price
   * @throws {UnavailableError} if the database does not answer.
   */
  get(
    keys: readonly FeatureItemKey[],
    isConsistent: boolean,
  ): Promise<readonly (FeatureItem | undefined)[]>;

  /**
   * @returns the item's version, or undefined if another one than `replaces` is there: nothing was
   *   written then.
   * @throws {UnavailableError} if the database does not answer.
   */
  put(write: FeatureItemWrite): Promise<string | undefined>;

  /** Deletes items; that there is none is no error. */
  remove(keys: readonly FeatureItemKey[]): Promise<void>;
}
