import { type ComponentChildren, h } from "preact";

export interface Column<T> {
  readonly name: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Numbers are aligned to the right. */
  readonly isNumber?: boolean;
}

export interface TableProps<T> {
  /** What the table is, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
}

/**
 * A table that becomes a list of cards on a narrow screen. Roles are said aloud, because a browser
 * forgets those of table elements that are laid out as blocks.
 */
export function Table<T>({ label, columns, rows, keyOf }: TableProps<T>) {
  const classOf = (column: Column<T>) => (column.isNumber ? "number" : "");
  return h(
    "table",
    { role: "table", "aria-label": label },
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        columns.map((column) =>
          h(
            "th",
            { role: "columnheader", scope: "col", class: classOf(column), key: column.name },
            column.name,
          ),
        ),
      ),
    ),
    h(
      "tbody",
      { role: "rowgroup" },
      rows.map((row) =>
        h(
          "tr",
          { role: "row", key: keyOf(row) },
          columns.map((column) =>
            h(
              "td",
              {
                role: "cell",
                class: classOf(column),
                "data-label": column.name,
                key: column.name,
              },
              h("div", null, column.cell(row)),
            ),
          ),
        ),
      ),
    ),
  );
}
