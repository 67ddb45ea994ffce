/** A line of `cdk diff` that names a resource: `[~] AWS::Lambda::Function Endpoint/Predict EndpointPredict1 …`. */
const RESOURCE_LINE = /^\s*\[([-+~])\] (AWS::\S+|Custom::\S+) (\S+) (\S+)/gm;

export interface DiffLine {
  readonly sign: string;
  readonly type: string;
  readonly logicalId: string;
}

/** Resources that `cdk diff` names. */
export const diffLines = (text: string): readonly DiffLine[] =>
  [...text.matchAll(RESOURCE_LINE)].map(([, sign = "", type = "", , logicalId = ""]) => ({
    sign,
    type,
    logicalId,
  }));
