import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take longest, the longest first: begun last, one of them would keep one of two cores busy
 * for a minute after everything else is done. Others keep Vitest's order.
 */
const LONGEST = [
  "test/workflow/workflow.test.ts",
  "test/docs/commands.test.ts",
  "test/e2e/crash.test.ts",
  "test/e2e/command-line.test.ts",
  "test/cdk/fargate-command.test.ts",
  "test/contract/s3-object-store.test.ts",
  "test/e2e/serving.test.ts",
  "test/e2e/story.test.ts",
  "test/e2e/distributed-preparation.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((path) => moduleId.replaceAll("\\", "/").endsWith(path));
      return place < 0 ? LONGEST.length : place;
    };
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
