import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { TooLargeError } from "../../core/errors.ts";

export interface DuckdbOptions {
  /** Most memory that DuckDB may take, such as "1GB"; what does not fit goes to disk. @default "1GB" */
  readonly memoryLimit?: string;
  /** @default as many as the machine runs at once */
  readonly threads?: number;
  /** Where files of work in progress lie. @default the system's directory for temporary files */
  readonly workDirectory?: string;
}

/** An open in-memory database and a fresh directory; both are gone when their user returns. */
export interface Duckdb {
  readonly connection: DuckDBConnection;
  /** Another connection to the same database: a stream ends at its connection's next query. */
  readonly connect: () => Promise<DuckDBConnection>;
  readonly directory: string;
}

/**
 * Lends a fresh database. Times are UTC whatever the machine's zone, and results keep the order of
 * rows whatever the number of threads.
 *
 * @throws {TooLargeError} if a query needs more than the memory limit and cannot spill to disk.
 */
export async function withDuckdb<T>(
  options: DuckdbOptions,
  use: (duckdb: Duckdb) => Promise<T>,
): Promise<T> {
  const { memoryLimit = "1GB", threads = availableParallelism() } = options;
  const directory = await mkdtemp(join(options.workDirectory ?? tmpdir(), "millrace-duckdb-"));
  try {
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: memoryLimit,
      threads: String(threads),
      temp_directory: join(directory, "spilled"),
      preserve_insertion_order: "true",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    try {
      const connect = async () => {
        const connection = await instance.connect();
        await connection.run("SET TimeZone = 'UTC'");
        return connection;
      };
      return await use({ connection: await connect(), connect, directory });
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("Out of Memory Error"))) throw error;
    throw new TooLargeError(
      `the data does not fit into DuckDB's memory limit of ${memoryLimit}; raise the limit`,
      { cause: error },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
