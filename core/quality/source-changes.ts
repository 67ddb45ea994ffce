import type { SourceChanges } from "./quality-report.ts";

type Types = Readonly<Record<string, string>>;

/** What became of a source's columns, by name. @param last types of the columns in the last source */
export function sourceChanges(last: Types, now: Types): SourceChanges {
  const names = (types: Types) => Object.keys(types).sort();
  return {
    added: names(now).filter((name) => !Object.hasOwn(last, name)),
    dropped: names(last).filter((name) => !Object.hasOwn(now, name)),
    retyped: names(now).flatMap((column) => {
      const [from, to] = [last[column] as string, now[column] as string];
      return Object.hasOwn(last, column) && from !== to ? [{ column, from, to }] : [];
    }),
  };
}

/** The changes in words, one each. */
export const changeWords = ({ added, dropped, retyped }: SourceChanges): readonly string[] => [
  ...added.map((name) => `${name} was added`),
  ...dropped.map((name) => `${name} was dropped`),
  ...retyped.map(({ column, from, to }) => `${column} was ${from} and is ${to}`),
];
