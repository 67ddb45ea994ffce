import { utcHour, utcWeekday } from "../core/row/utc.ts";

/** What the three models of flights have in common: the file, its columns, hour and weekday, the months. */

export const flightSource = {
  format: "parquet" as const,
  files: [{ name: "flights-3m.parquet", from: "npm:vega-datasets/data/flights-3m.parquet" }],
  eventTime: "date",
};

export const flightFields = {
  date: {
    type: "timestamp",
    role: "feature",
    description: "Departure, local time of the origin written as UTC",
  },
  distance: { type: "number", role: "feature", unit: "miles", min: 0, max: 10_000 },
  origin: { type: "category", role: "feature", maxLength: 4, description: "IATA airport code" },
  destination: { type: "category", role: "feature", maxLength: 4 },
  delay: { type: "number", role: "outcome", unit: "minutes", min: -1_500, max: 3_000 },
} as const;

interface Departure {
  readonly date: number | null;
}

/** Row features: the whole hour, 0 to 23, and the day, 0 is Sunday. */
export const hourAndWeekday = {
  hour: {
    type: "number",
    from: ["date"],
    compute: ({ date }: Departure) => (date === null ? null : utcHour(date)),
  },
  weekday: {
    type: "number",
    from: ["date"],
    compute: ({ date }: Departure) => (date === null ? null : utcWeekday(date)),
  },
} as const;

/** January to April train, May validates, June tests. */
export const testedInJune = {
  by: "time",
  validationFrom: "2001-05-01T00:00:00Z",
  testFrom: "2001-06-01T00:00:00Z",
  until: "2001-07-01T00:00:00Z",
} as const;
