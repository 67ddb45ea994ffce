import {
  ARRAY,
  DOUBLE,
  type DuckDBConnection,
  DuckDBScalarFunction,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import type { AggregateColumn } from "../../core/definition/aggregate-columns.ts";
import type { ComputedSql } from "../dataset/computed-sql.ts";
import { MAX_FLOAT } from "../dataset/field-rules.ts";
import { arrayItems, giveItems, vectorItems } from "../dataset/vector-numbers.ts";
import type { WindowFunction } from "./window-function.ts";

/** An aggregate, how SQL tells the code of a row's entity, and what it is of an entity at a time. */
export interface AskedAggregate {
  readonly column: AggregateColumn;
  readonly code: string;
  readonly compute: WindowFunction;
}

interface Calls {
  readonly asked: readonly AskedAggregate[];
  /** SQL of a row's time in milliseconds, NaN where it has none. */
  readonly time: string;
  /** Tells the streams of one database apart. */
  readonly place: number;
}

/**
 * Makes aggregates callable in SQL. Those that are numbers are one function that gives them all: each
 * call of DuckDB into JavaScript costs as much as computing one of them.
 */
export function aggregateCalls(
  connection: DuckDBConnection,
  { asked, time, place }: Calls,
): readonly (readonly [AggregateColumn, ComputedSql])[] {
  const label = `millrace_aggregate_${place}`;
  const numbers = asked.filter(({ column }) => column.kind === "number");
  const call = numbers.length === 0 ? "" : registerNumbers(connection, { label, numbers, time });
  return asked.map((one, i) => {
    const { column } = one;
    if (column.kind === "number") {
      return [column, numberSql(column.name, call, numbers.indexOf(one) + 1)] as const;
    }
    return [column, registerText(connection, { label: `${label}_${i}`, one, time })] as const;
  });
}

/** @returns the call, whose result is an ARRAY with a number for each aggregate, NaN for missing */
function registerNumbers(
  connection: DuckDBConnection,
  request: {
    readonly label: string;
    readonly numbers: readonly AskedAggregate[];
    readonly time: string;
  },
): string {
  const { label, numbers, time } = request;
  const codes = [...new Set(numbers.map(({ code }) => code))];
  const width = numbers.length;
  const asked = numbers.map(({ code, compute }) => ({ compute, from: codes.indexOf(code) }));
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: label,
      returnType: ARRAY(DOUBLE, width),
      parameterTypes: [DOUBLE, ...codes.map(() => INTEGER)],
      specialHandling: true,
      mainFunction: (_info, input, output) => {
        const times = vectorItems(input.getColumnVector(0));
        const items = arrayItems(output);
        // asks DuckDB each time it is read
        const rows = input.rowCount;
        for (const [k, { compute, from }] of asked.entries()) {
          const entities = vectorItems(input.getColumnVector(from + 1));
          for (let row = 0; row < rows; row++) {
            const value = compute(entities[row] as number, times[row] as number);
            items[row * width + k] = (value ?? Number.NaN) as number;
          }
        }
        output.flush();
      },
    }),
  );
  return `${label}(${[time, ...codes].join(", ")})`;
}

/** Missing is NaN: validity bits are slow from JavaScript. */
function numberSql(name: string, call: string, place: number): ComputedSql {
  const own = (given: string) => `${given}[${place}]`;
  return {
    name,
    call,
    isShared: true,
    value: (given) => `CASE WHEN NOT isnan(${own(given)}) THEN ${own(given)} END`,
    failure: (given) =>
      `CASE WHEN abs(${own(given)}) > ${MAX_FLOAT} AND NOT isnan(${own(given)}) THEN 'beyond 32-bit floats' END`,
  };
}

/** Missing is the empty text. */
function registerText(
  connection: DuckDBConnection,
  request: { readonly label: string; readonly one: AskedAggregate; readonly time: string },
): ComputedSql {
  const { label, one, time } = request;
  const { compute, code, column } = one;
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: label,
      returnType: VARCHAR,
      parameterTypes: [DOUBLE, INTEGER],
      specialHandling: true,
      mainFunction: (_info, input, output) => {
        const times = vectorItems(input.getColumnVector(0));
        const entities = vectorItems(input.getColumnVector(1));
        giveItems(output, input.rowCount, (row) => {
          return compute(entities[row] as number, times[row] as number) ?? "";
        });
      },
    }),
  );
  return {
    name: column.name,
    call: `${label}(${time}, ${code})`,
    value: (given) => `nullif(${given}, '')`,
    failure: () => "NULL",
  };
}
