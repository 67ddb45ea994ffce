import { STAGED_COLUMNS } from "../dataset/staged-columns.ts";

/** SQL: a staged row keeps the contract and belongs to a split. */
export const IN_SPLIT = `${STAGED_COLUMNS.split} IN (0, 1, 2)`;
