import type { BackfillCommand, FeaturesPlace } from "../features/features.ts";
import { type CommandLine, inPlace } from "./command-line.ts";

/** Commands about features of streams. */
export function featureCommands({ program, client, print, tell }: CommandLine): void {
  const features = program
    .command("features")
    .description("features of streams: what there is, and the state that they are read from");

  inPlace(features.command("list"))
    .description("list every feature, with who uses it")
    .action(async (place: FeaturesPlace) => {
      const { listFeatures } = await import("../features/features.ts");
      const { json, text } = await listFeatures(client(), place);
      print(json, text);
    });

  inPlace(features.command("show <name>"))
    .description("declaration, users, owner, freshness and online state of a feature")
    .action(async (name: string, place: FeaturesPlace) => {
      const { describeFeature } = await import("../features/features.ts");
      const { json, text } = await describeFeature(client(), place, name);
      print(json, text);
    });

  inPlace(features.command("backfill <stream>"))
    .description("fill the state of a stream from its past; may be run again at any time")
    .option("--from <instant>", "events from here on, at most as far back as the features need")
    .option("--until <instant>", "events before it")
    .action(async (stream: string, options: BackfillCommand) => {
      const { backfill } = await import("../features/features.ts");
      const { json, text } = await backfill(client(), stream, options, tell);
      print(json, text);
    });
}
