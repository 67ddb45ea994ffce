import type { ModelDefinition, RowValues } from "./model-definition.ts";

/** Names of the fields that a row feature may read. */
type FieldTypes = Readonly<Record<string, { readonly type: keyof RowValues }>>;

type RowOf<Fields extends FieldTypes> = {
  readonly [Name in keyof Fields]: RowValues[Fields[Name]["type"]] | null;
};

/** A definition whose row features see their fields with the fields' own types. */
export type TypedModelDefinition<Fields extends FieldTypes> = Omit<
  ModelDefinition,
  "fields" | "rowFeatures"
> & {
  readonly fields: Fields & ModelDefinition["fields"];
  readonly rowFeatures?: Readonly<
    Record<
      string,
      Omit<NonNullable<ModelDefinition["rowFeatures"]>[string], "compute" | "from"> & {
        readonly from: readonly (keyof Fields & string)[];
        readonly compute: (row: RowOf<Fields>) => number | string | null;
      }
    >
  >;
};

/**
 * The definition itself, typed. It is checked when it is loaded (`parseDefinition`), not here, so
 * that a model's stored code stays a few hundred bytes.
 */
export function defineModel<const Fields extends FieldTypes>(
  definition: TypedModelDefinition<Fields>,
): ModelDefinition {
  return definition as unknown as ModelDefinition;
}
