import type { ModelDefinition, RowValues } from "./model-definition.ts";
import type { TaskType } from "./task.ts";

export type FieldTypes = Readonly<
  Record<string, { readonly type: keyof RowValues; readonly role?: string }>
>;
/** Aggregates by name: what a row feature sees of one is a number or text by its operation. */
type Aggregates = NonNullable<ModelDefinition["aggregates"]>;
type FeatureType = "number" | "category";
/** Row features by name. */
type FeatureTypes = Readonly<Record<string, FeatureType>>;

type RowOf<Fields extends FieldTypes, Streamed, Computed extends FeatureTypes> = {
  readonly [Name in keyof Fields]: RowValues[Fields[Name]["type"]] | null;
} & {
  readonly [Name in keyof Streamed]: number | string | null;
} & {
  readonly [Name in keyof Computed]: RowValues[Computed[Name]] | null;
};

/** A definition whose row features see fields and other row features with their own types. */
export type TypedModelDefinition<
  Fields extends FieldTypes,
  Streamed,
  Computed extends FeatureTypes,
  Type extends TaskType = TaskType,
> = Omit<ModelDefinition, "fields" | "rowFeatures" | "aggregates" | "target"> & {
  readonly fields: Fields & ModelDefinition["fields"];
  readonly target: Omit<ModelDefinition["target"], "type"> & { readonly type: Type };
  readonly aggregates?: Streamed & Aggregates;
  readonly rowFeatures?: {
    readonly [Name in keyof Computed]: Omit<
      NonNullable<ModelDefinition["rowFeatures"]>[string],
      "compute" | "from" | "type"
    > & {
      readonly type: Computed[Name];
      readonly from: readonly ((keyof Fields | keyof Streamed | keyof Computed) & string)[];
      readonly compute: (row: RowOf<Fields, Streamed, Computed>) => number | string | null;
    };
  };
};

declare const SCHEMA: unique symbol;

/** What types know of a definition beside what it holds: nothing of it exists when code runs. */
export interface WithSchema<Fields extends FieldTypes, Type extends TaskType> {
  readonly [SCHEMA]?: { readonly fields: Fields; readonly type: Type };
}

/**
 * The definition itself, typed. It is checked when it is loaded (`parseDefinition`), not here, so
 * that a model's stored code stays a few hundred bytes.
 */
export function defineModel<
  const Fields extends FieldTypes,
  const Streamed = Readonly<Record<never, never>>,
  const Computed extends FeatureTypes = Readonly<Record<never, never>>,
  const Type extends TaskType = TaskType,
>(
  definition: TypedModelDefinition<Fields, Streamed, Computed, Type>,
): ModelDefinition & WithSchema<Fields, Type> {
  return definition as unknown as ModelDefinition & WithSchema<Fields, Type>;
}
