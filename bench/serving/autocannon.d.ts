/** The part of autocannon that the benchmark uses; the package brings no types. */
declare module "autocannon" {
  export interface Options {
    readonly url: string;
    readonly method: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    readonly workers: number;
  }

  export interface Result {
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly requests: { readonly average: number; readonly total: number };
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }

  // biome-ignore lint/style/noDefaultExport: the package has one
  export default function autocannon(options: Options): Promise<Result>;
}
