import type { z } from "zod";
import type { RoutineName } from "../routines/routine-code.ts";
import type { definitionSchema } from "./schema.ts";
import type { StreamDefinition } from "./stream-schema.ts";

/** JavaScript value of each field type, as a row feature sees it. `null` is missing. */
export interface RowValues {
  /** 64-bit float. */
  readonly number: number;
  /** Whole number of at most 53 bits. */
  readonly integer: number;
  readonly boolean: boolean;
  /** One of many strings. */
  readonly category: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. A number, so that no time zone can creep in. */
  readonly timestamp: number;
  /** The distinct tags by code point, with "|" between them; "" for none. */
  readonly tags: string;
}

export type FieldType = keyof RowValues;

/** One row by field name. `null` is missing. */
export type Row = Readonly<Record<string, number | string | boolean | null>>;

/** What a person writes in `models/<name>/model.ts`. */
export type ModelDefinition = z.input<typeof definitionSchema>;

/** A checked definition with every default filled in. Row features still hold their functions. */
export type CheckedDefinition = z.output<typeof definitionSchema>;

export type Field = CheckedDefinition["fields"][string];
export type RowFeature = CheckedDefinition["rowFeatures"][string];
export type Aggregate = CheckedDefinition["aggregates"][string];
export type Candidate = CheckedDefinition["candidates"][number];
export type Split = CheckedDefinition["split"];

/** A definition as data (`definition.json`): all but the functions, which lie in `code.mjs`. */
export type StoredDefinition = Omit<CheckedDefinition, "rowFeatures" | "streams"> & {
  readonly streams: readonly StreamDefinition[];
  readonly rowFeatures: Readonly<Record<string, Omit<RowFeature, "compute">>>;
  /** Routines that its `code.mjs` has. Absent where the model has none. */
  readonly routines?: readonly RoutineName[];
};

/** Computes one row feature from the fields it names in `from`, and sees no others. */
export type ComputeRowFeature = (row: Row) => number | string | null;
