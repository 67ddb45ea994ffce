import { InvalidInputError } from "../errors.ts";

/** Parts that a model's traffic is divided into: the smallest share is one of them. */
export const SLOTS = 10_000;

/** Slots from the first up to, not with, the last. */
export type SlotRange = readonly [from: number, until: number];

/** A version, the share of traffic that it is to have, and the slots that it has. */
export interface Slotted {
  readonly version: number;
  /** Of all traffic, above 0 and at most 1. */
  readonly share: number;
  readonly slots: readonly SlotRange[];
}

/**
 * Gives each version as many slots as its share needs. A version keeps the slots that it had: what
 * grows takes slots that nobody has, which are the champion's, and what shrinks gives its last ones
 * back. So no change of one share moves a key from another version to a third.
 *
 * @param wanted each version once
 * @throws {InvalidInputError} if a share is not above 0 and at most 1, a version comes twice, or the
 *   shares are more than all traffic.
 */
export function slotsFor(
  wanted: readonly Pick<Slotted, "version" | "share">[],
  before: readonly Slotted[],
): readonly Slotted[] {
  const counts = countsOf(wanted);
  const owners = new Array<number | undefined>(SLOTS).fill(undefined);
  const left = new Map(counts);
  for (const { version, slots } of before) {
    for (const slot of slotsIn(slots)) take(owners, left, slot, version);
  }
  let free = 0;
  for (const { version } of wanted) {
    while ((left.get(version) as number) > 0) {
      while (owners[free] !== undefined) free += 1;
      take(owners, left, free, version);
    }
  }
  return wanted.map(({ version, share }) => ({ version, share, slots: rangesOf(owners, version) }));
}

/** Whether a slot is in one of the ranges. */
export const hasSlot = (ranges: readonly SlotRange[], slot: number): boolean =>
  ranges.some(([from, until]) => slot >= from && slot < until);

function countsOf(wanted: readonly Pick<Slotted, "version" | "share">[]): Map<number, number> {
  const counts = new Map<number, number>();
  let total = 0;
  for (const { version, share } of wanted) {
    if (!(share > 0 && share <= 1)) {
      throw new InvalidInputError(
        `share of version ${version} is ${share}; give one above 0 and at most 1`,
      );
    }
    if (counts.has(version)) {
      throw new InvalidInputError(`version ${version} is named twice; give it one share`);
    }
    const count = Math.max(1, Math.round(share * SLOTS));
    counts.set(version, count);
    total += count;
  }
  if (total <= SLOTS) return counts;
  throw new InvalidInputError(
    `the shares are ${total / SLOTS} together; leave the champion the rest of 1`,
  );
}

function* slotsIn(ranges: readonly SlotRange[]): Generator<number> {
  for (const [from, until] of ranges) {
    for (let slot = from; slot < until; slot += 1) yield slot;
  }
}

function take(
  owners: (number | undefined)[],
  left: Map<number, number>,
  slot: number,
  version: number,
): void {
  const wanted = left.get(version) ?? 0;
  if (wanted === 0) return;
  owners[slot] = version;
  left.set(version, wanted - 1);
}

function rangesOf(owners: readonly (number | undefined)[], version: number): readonly SlotRange[] {
  const ranges: SlotRange[] = [];
  for (let from = 0; from < owners.length; from += 1) {
    if (owners[from] !== version) continue;
    let until = from + 1;
    while (owners[until] === version) until += 1;
    ranges.push([from, until]);
    from = until;
  }
  return ranges;
}
