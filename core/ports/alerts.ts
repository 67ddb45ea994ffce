/** Something that a person should know about. */
export interface Alert {
  /** `info`: a run is over. `warning`: look today. `critical`: look now. */
  readonly severity: "info" | "warning" | "critical";
  readonly model: string;
  /** One line: what happened. */
  readonly subject: string;
  /** What is known, in full sentences or lines. */
  readonly detail: string;
  /** Object key of the report behind it. */
  readonly reportKey?: string;
  /** The execution that tells: every line of its functions' logs carries it. */
  readonly runId?: string;
  /** Where to read what to do. */
  readonly runbook?: string;
}

/** Where alerts go: SNS; locally the log, the console and a webhook. */
export interface Alerts {
  send(alert: Alert): Promise<void>;
}
