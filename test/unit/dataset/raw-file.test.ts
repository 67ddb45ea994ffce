import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CsvOptions, SourceFormat } from "../../../core/definition/field-schema.ts";
import { DataContractError } from "../../../core/errors.ts";
import { rejectedLines } from "../../../engine/dataset/rejected-lines.ts";
import { openRawFile } from "../../../engine/dataset/source-files.ts";
import { unreadable } from "../../../engine/dataset/unreadable.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";

let connection: DuckDBConnection;
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-raw-file-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  connection = await instance.connect();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Opening {
  readonly format?: SourceFormat;
  readonly csv?: CsvOptions;
  /** What the store named it, of which S3's copy on this machine knows nothing. */
  readonly name?: string;
}

/** Opens bytes as a file that must have the columns `id` and `note`. */
async function open(content: string | Uint8Array, { format = "csv", csv, name }: Opening = {}) {
  const path = join(folder, `object-${files++}`);
  await writeFile(path, content);
  const columns = [
    { name: "id", type: "integer" },
    { name: "note", type: "category" },
  ] as const;
  const file = { what: "source file f", path, format, csv, columns, rejects: `rejects_${files}` };
  return openRawFile(connection, name === undefined ? file : { ...file, name });
}

/** The rows of a file, and its lines that are none with what is wrong. */
async function read(content: string | Uint8Array, opening: Opening = {}) {
  const { query, queryAgain, rejects = "" } = await open(content, opening);
  const rows = await queryRows(connection, query);
  const rejected = await queryRows(connection, `${rejectedLines(rejects)} ORDER BY 1`);
  expect(await queryRows(connection, queryAgain)).toEqual(rows);
  expect(await queryRows(connection, `${rejectedLines(rejects)} ORDER BY 1`)).toEqual(rejected);
  return { rows, rejected };
}

const CSV = "id,note\n1,one\n2,two\n";
const ROWS = [
  ["1", "one"],
  ["2", "two"],
];
const JSONL = '{"id":1,"note":"one"}\n{"note":"two","id":2}\n';
const JSON_ROWS = [
  ["1", '"one"'],
  ["2", '"two"'],
];
const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("openRawFile", () => {
  it.each<[string, string | Uint8Array, Opening, readonly unknown[]]>([
    ["csv", CSV, {}, ROWS],
    ["csv by gzip", gzipSync(CSV), { name: "f.csv.gz" }, ROWS],
    ["csv by zstd", zstdCompressSync(CSV), { name: "f.csv.zst" }, ROWS],
    ["gzip of a name that does not say so", gzipSync(CSV), { name: "f.csv" }, ROWS],
    [
      "gzip in several members",
      Buffer.concat([gzipSync("id,note\n1,one\n"), gzipSync("2,two\n")]),
      {},
      ROWS,
    ],
    ["a byte order mark", `\uFEFF${CSV}`, {}, ROWS],
    ["columns in another order, and more of them", "x,note,id\n,one,1\n,two,2\n", {}, ROWS],
    [
      "quotes, delimiters and line ends in fields",
      'id,note\r\n1,"a ""b"", c"\r\n2,"d\ne\r\nf"\r\n',
      {},
      [
        ["1", 'a "b", c'],
        ["2", "d\ne\r\nf"],
      ],
    ],
    ["a declared delimiter", CSV.replaceAll(",", ";"), { csv: { delimiter: ";" } }, ROWS],
    ["tabs", CSV.replaceAll(",", "\t"), { csv: { delimiter: "\t" } }, ROWS],
    ["a declared quote", "id,note\n1,'a, ''b'''\n", { csv: { quote: "'" } }, [["1", "a, 'b'"]]],
    [
      "declared latin-1",
      latin1("id,note\n1,café\n"),
      { csv: { encoding: "latin-1" } },
      [["1", "café"]],
    ],
    ["json lines", JSONL, { format: "jsonl" }, JSON_ROWS],
    ["json lines by gzip", gzipSync(JSONL), { format: "jsonl", name: "f.jsonl.gz" }, JSON_ROWS],
    ["json lines by zstd", zstdCompressSync(JSONL), { format: "jsonl" }, JSON_ROWS],
    [
      "json lines with a byte order mark, mixed and empty lines, and members that are missing",
      '\uFEFF{"id":1}\r\n\n  {"note":null,"more":{"a":1}}\n',
      { format: "jsonl" },
      [
        ["1", null],
        [null, "null"],
      ],
    ],
  ])("reads %s", async (_what, content, opening, rows) => {
    expect(await read(content, opening)).toEqual({ rows, rejected: [] });
  });

  it.each<[string, string | Uint8Array, Opening, readonly unknown[]]>([
    [
      "ragged csv lines",
      `${CSV}3\n4,four,4\n`,
      {},
      [
        ["3", "line: missing columns"],
        ["4,four,4", "line: too many columns"],
      ],
    ],
    [
      "a line that is damaged, among others in UTF-8",
      Buffer.concat([Buffer.from("id,note\n1,caf\u00e9\n2,b\n"), latin1("3,caf\u00e9\n")]),
      {},
      [[expect.stringMatching(/^3,caf/), "line: not utf-8; declare csv.encoding if it is latin-1"]],
    ],
    ["a quote that is not closed", `${CSV}3,"open\n`, {}, [['3,"open', "line: unquoted value"]]],
    [
      "lines that are no json objects",
      `${JSONL}not json\n[1]\n{"id":3\n`,
      { format: "jsonl" },
      [
        ["[1]", "line: not a json object"],
        ["not json", "line: not a json object"],
        ['{"id":3', "line: not a json object"],
      ],
    ],
  ])("keeps %s aside, each with its reason", async (_what, content, opening, expected) => {
    const { rows, rejected } = await read(content, opening);

    expect(rows).toHaveLength(2);
    expect(rejected).toEqual(expected);
  });

  it("keeps lines aside that are not UTF-8, far behind the beginning, and says what to declare", async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `${i},n${i}`).join("\n");

    const { rows, rejected } = await read(latin1(`id,note\n${many}\n-1,café\n`));

    expect(rows).toHaveLength(100_000);
    expect(rejected).toEqual([
      [expect.stringMatching(/^-1,caf/), "line: not utf-8; declare csv.encoding if it is latin-1"],
    ]);
  });

  const gzip = gzipSync(CSV.repeat(1_000));
  const zstd = zstdCompressSync(CSV.repeat(1_000));
  const damaged = Buffer.from(gzip);
  damaged.writeUInt32LE(7, gzip.length - 8);
  it.each<[string, string | Uint8Array, Opening, RegExp]>([
    ["an empty file", "", {}, /^source file f is empty \(0 bytes\); store it with its rows$/],
    ["an empty json lines file", "", { format: "jsonl" }, /is empty \(0 bytes\)/],
    [
      "gzip that is cut off",
      gzip.subarray(0, gzip.length - 9),
      {},
      /^source file f is cut off: its gzip ends after \d+ bytes of content; store it again as a whole$/,
    ],
    ["zstd that is cut off", zstd.subarray(0, zstd.length - 3), {}, /is cut off: its zstd ends/],
    ["gzip with a wrong checksum", damaged, {}, /is damaged \(incorrect data check\)/],
    [
      "a name of gzip over plain text",
      CSV,
      { name: "f.csv.gz" },
      /named \.gz but its bytes are not gzip; compress it, or name it by its format/,
    ],
    [
      "another delimiter, which it names",
      CSV.replaceAll(",", ";"),
      {},
      /is not delimited by ",": its header looks delimited by ";"; declare csv: \{ delimiter: ";" \}/,
    ],
    [
      "commas where tabs are declared",
      CSV,
      { csv: { delimiter: "\t" } },
      /is not delimited by "\\t": its header looks delimited by ","/,
    ],
    [
      "latin-1 that is not declared",
      latin1("id,note\n1,one\n2,café\n"),
      {},
      /not in UTF-8 \(first in line 3\); store it in UTF-8, or declare csv: \{ encoding: "latin-1" \}/,
    ],
    ["UTF-16", Buffer.from("\uFEFFid,note\n", "utf16le"), {}, /is in UTF-16; store it in UTF-8/],
    ["mixed line ends", "id,note\r\n1,a\n2,b\r\n", {}, /\\r\\n and \\n may be mixed/],
    [
      "a renamed column, with its likely new name",
      "id,the_note\n1,a\n",
      {},
      /breaks the contract: column note is missing \(is it the_note now\?\); its columns are id, the_note/,
    ],
    [
      "a renamed member",
      '{"ID":1,"note":"a"}\n',
      { format: "jsonl" },
      /column id is missing \(is it ID now\?\); its columns are ID, note/,
    ],
    ["a missing column that nothing is like", "id,z\n", {}, /column note is missing; its columns/],
    ["json lines declared as parquet", JSONL, { format: "parquet" }, /cannot be read: No magic/],
    [
      "csv declared as json lines",
      CSV,
      { format: "jsonl" },
      /has no line that is a JSON object with members; store it as JSON Lines, or/,
    ],
  ])("fails on %s", async (_what, content, opening, message) => {
    const failed = open(content, opening)
      // what is wrong with line ends shows only when all lines are read, as by stageRows
      .then(({ query }) => queryRows(connection, query))
      .catch((cause: unknown) => {
        throw cause instanceof DataContractError ? cause : unreadable("source file f", cause);
      });

    await expect(failed).rejects.toThrow(DataContractError);
    await expect(failed).rejects.toThrow(message);
  });
});
