import type { FieldType } from "../../core/definition/model-definition.ts";
import type { ColumnFacts } from "./column-facts.ts";
import { isFreeText, present, suggestType } from "./suggest-type.ts";

/** A column of a sample that can be a field. */
export interface TypedColumn {
  readonly name: string;
  readonly type: FieldType;
  readonly facts: ColumnFacts;
  /** No two rows have the same value, and the name or the kind of value says that it tells rows apart. */
  readonly isId: boolean;
  /** Sentences, which are no category. */
  readonly isFreeText: boolean;
}

/** Why a column of the file cannot be a field. */
export interface UnusedColumn {
  readonly name: string;
  readonly why: string;
}

const ID_NAME = /(^|_)(id|uuid|guid|key|no|nr|number|code)$|Id$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** The columns that can be fields, and the others. */
export function typedColumns(facts: readonly ColumnFacts[]): {
  readonly columns: readonly TypedColumn[];
  readonly unused: readonly UnusedColumn[];
} {
  const columns: TypedColumn[] = [];
  const unused: UnusedColumn[] = [];
  for (const one of facts) {
    const { name } = one;
    const type = suggestType(one);
    if (!FIELD_NAME.test(name)) {
      const why =
        "its name is not letters, digits and _, not beginning with a digit; rename it in the file";
      unused.push({ name, why });
    } else if (type === undefined) {
      unused.push({ name, why: `values of ${one.type} are no field's` });
    } else {
      const isText = type === "category" && isFreeText(one);
      columns.push({ name, type, facts: one, isId: isId(one, type), isFreeText: isText });
    }
  }
  return { columns, unused };
}

function isId(facts: ColumnFacts, type: FieldType): boolean {
  const { name, distinct, missing, top } = facts;
  if (type !== "integer" && type !== "category") return false;
  if (missing > 0 || distinct < 2 || distinct !== present(facts)) return false;
  return ID_NAME.test(name) || UUID.test(top[0] ?? "");
}
