import type { AliasName } from "../../core/registry/records.ts";

/** Primary key of an item. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

const pk = (model: string) => `MODEL#${model}`;

/** Digits of a version's number in its sort key, so that text order is number order. */
const VERSION_DIGITS = 8;

/**
 * Where each record lies. All records of one model share a partition, so that one query reads any
 * part of its history; `MODELS` holds one copy of every model's record, so that all are listed by
 * one query and no scan.
 */
export const itemKeys = {
  meta: (model: string): ItemKey => ({ pk: pk(model), sk: "META" }),
  listed: (model: string): ItemKey => ({ pk: "MODELS", sk: model }),
  version: (model: string, version: number): ItemKey => ({
    pk: pk(model),
    sk: `VERSION#${String(version).padStart(VERSION_DIGITS, "0")}`,
  }),
  alias: (model: string, alias: AliasName): ItemKey => ({ pk: pk(model), sk: `ALIAS#${alias}` }),
  deployment: (model: string): ItemKey => ({ pk: pk(model), sk: "DEPLOYMENT" }),
  run: (model: string, runId: string): ItemKey => ({ pk: pk(model), sk: `RUN#${runId}` }),
  accessToken: (id: string): ItemKey => ({ pk: "TOKENS", sk: id }),
  stream: (stream: string): ItemKey => ({ pk: "STREAMS", sk: stream }),
  streamChange: (stream: string, at: string, id: string): ItemKey => ({
    pk: `STREAM#${stream}`,
    sk: `EVENT#${at}#${id}`,
  }),
  event: (model: string, at: string, id: string): ItemKey => ({
    pk: pk(model),
    sk: `EVENT#${at}#${id}`,
  }),
} as const;

/**
 * Range of the keys of one kind in an item's partition.
 *
 * @param prefix of their sort keys, ending in `#`; `$` is the next character of ASCII
 */
export function keysBelow({ pk }: ItemKey, prefix: `${string}#`) {
  return { pk, from: prefix, to: `${prefix.slice(0, -1)}$` } as const;
}
