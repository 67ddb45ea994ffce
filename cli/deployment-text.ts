import type { ArmComparison } from "../core/experiments/compare-arms.ts";
import type { Deployment } from "../core/routing/deployment.ts";
import { sharesOf, shareText } from "../core/routing/deployment-text.ts";
import { table } from "./table.ts";

/** As the platform answers it. */
export interface Experiment {
  readonly champion: number;
  readonly challenger: number;
  readonly share: number;
  readonly since: string;
  readonly metrics: readonly ArmComparison[];
}

/** Who sees what share of all traffic. */
export function deploymentText(deployment: Deployment): string {
  const { champion, challengers, shadows, canary, revision } = deployment;
  const shares = sharesOf(deployment);
  const rows = [
    {
      route: "champion",
      version: champion === undefined ? "none yet" : String(champion),
      share: shareText(shares.champion),
      since: "-",
    },
    ...(canary
      ? [
          {
            route: `canary, step ${canary.step + 1}`,
            version: String(canary.version),
            share: shareText(shares.canary),
            since: canary.since,
          },
        ]
      : []),
    ...challengers.map(({ version, share, since }) => ({
      ...{ route: "challenger", version: String(version), share: shareText(share), since },
    })),
    ...shadows.map((version) => ({
      ...{ route: "shadow", version: String(version), share: "scores all", since: "-" },
    })),
  ];
  return `${table(rows)}\nrevision ${revision}`;
}

/** Each challenger's comparison, metric by metric. */
export function experimentText(experiments: readonly Experiment[]): string {
  if (experiments.length === 0) return "there is no challenger; set one with millrace route";
  return experiments
    .map(({ champion, challenger, share, since, metrics }) => {
      const head = `challenger ${challenger} (${shareText(share)}) against champion ${champion}, since ${since}`;
      if (metrics.length === 0) return `${head}: no predictions of both yet`;
      return `${head}\n${table(metrics.map(metricRow))}`;
    })
    .join("\n\n");
}

const metricRow = ({ metric, champion, challenger, difference, verdict }: ArmComparison) => ({
  metric,
  champion: shown(champion.mean),
  challenger: shown(challenger.mean),
  difference: difference ? shown(difference.estimate) : "-",
  interval: difference
    ? `${shown(difference.interval[0])} to ${shown(difference.interval[1])}`
    : "-",
  p: difference ? difference.pValue.toPrecision(2) : "-",
  predictions: `${champion.n} / ${challenger.n}`,
  verdict,
});

const shown = (value: number) => String(Number(value.toPrecision(4)));
