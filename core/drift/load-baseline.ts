import type { VersionBaseline } from "../dataset/baseline.ts";

/**
 * What a version's training data and scores looked like.
 *
 * @throws {NotFoundError} @throws {IntegrityError} if the stored file is not what was registered.
 */
export type LoadBaseline = (model: string, version: number) => Promise<VersionBaseline>;
