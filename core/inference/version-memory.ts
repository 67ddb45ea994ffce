/**
 * Bytes of memory that a loaded version takes for each byte of its graph. Measured with ONNX Runtime 1.30: a
 * session of 949,393 bytes of graph, 100 trees of 63 leaves, makes the process 6.64 MB larger; graph
 * optimisation, arena and memory pattern change nothing of it.
 */
const OF_GRAPH = 7;

/** What is reckoned for a version beside its graph: session, definition, checks of requests, code. In bytes, on the safe side. */
const OF_VERSION = 384 * 1024;

/** @param sizeBytes of the version's files that stay in memory @returns bytes of memory that it takes */
export const versionMemory = (sizeBytes: number): number => OF_VERSION + OF_GRAPH * sizeBytes;

/** What a function needs beside versions: Node.js, its code, ONNX Runtime, requests under way. */
const OF_FUNCTION_MB = 384;

/**
 * Bytes that loaded versions may take in a function.
 *
 * @param functionMb memory of the whole function, in MB
 * @returns at least a quarter of it
 */
export const memoryForVersions = (functionMb: number): number =>
  Math.max(functionMb - OF_FUNCTION_MB, functionMb / 4) * 1024 * 1024;
