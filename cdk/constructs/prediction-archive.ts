import { ArnFormat, Names, Stack } from "aws-cdk-lib";
import { CfnNamedQuery, CfnWorkGroup } from "aws-cdk-lib/aws-athena";
import { CfnDatabase, CfnTable } from "aws-cdk-lib/aws-glue";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import {
  type ArchiveQuery,
  COMMON_QUERIES,
  modelQueries,
} from "../../core/archive/archive-queries.ts";
import {
  type ArchivedModel,
  type ArchiveTable,
  allPredictionsTable,
  modelTable,
} from "../../core/archive/archive-tables.ts";
import type { IPlatform } from "./platform.ts";

export interface PredictionArchiveProps {
  readonly platform: IPlatform;
  /** Models whose predictions are asked about; none makes no table. */
  readonly models: readonly ArchivedModel[];
  /**
   * Days that logged predictions are kept: as far back as a query without days looks. Each day is 24
   * requests to S3 a model.
   *
   * @default 400, as `Platform` keeps them
   */
  readonly predictionRetentionDays?: number;
  /** Bytes that one query may read; Athena ends one that reads more. @default 100 GB, about 0.50 USD */
  readonly maxBytesScanned?: number;
  /** Lower-case letters, digits and underscores. @default - the stack's name */
  readonly databaseName?: string;
}

/** First part of the keys of query results. `Platform` expires them after 7 days. */
const RESULTS = "athena";

const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serdeInfo: {
    serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
  },
};

/**
 * Questions over years of logged predictions: tables over the objects as they lie, a workgroup of
 * Athena that says what a query may read and where its result goes, and saved queries. All of it is
 * metadata: free while nobody asks, and gone with the stack. The predictions stay.
 *
 * Partitions are computed, not registered ("Use partition projection with Amazon Athena", Amazon Athena
 * user guide): a file is found as soon as it is written, and no crawler runs.
 */
export class PredictionArchive extends Construct {
  readonly databaseName: string;
  readonly workGroupName: string;
  private readonly platform: IPlatform;

  constructor(scope: Construct, id: string, props: PredictionArchiveProps) {
    super(scope, id);
    const { platform, models } = props;
    this.platform = platform;
    this.databaseName = props.databaseName ?? databaseNameOf(Stack.of(this).stackName);
    const database = new CfnDatabase(this, "Database", {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.databaseName, description: "Predictions logged by Millrace" },
    });
    const tables = models.length === 0 ? [] : [allPredictionsTable(), ...models.map(modelTable)];
    for (const [i, table] of tables.entries()) {
      const of = models[i - 1];
      this.createTable(table, of, props).addResourceDependency(database);
    }
    // Athena names a workgroup by what it is given; there is no name of CloudFormation's own.
    this.workGroupName = Names.uniqueResourceName(this, { maxLength: 128, separator: "-" });
    const workGroup = this.createWorkGroup(props);
    const queries = models.length === 0 ? [] : [...COMMON_QUERIES, ...models.flatMap(modelQueries)];
    for (const query of queries) this.createQuery(query).addResourceDependency(workGroup);
  }

  private createTable(
    { name, columns, partitions }: ArchiveTable,
    of: ArchivedModel | undefined,
    { models, predictionRetentionDays = 400 }: PredictionArchiveProps,
  ): CfnTable {
    const root = `s3://${this.platform.bucket.bucketName}/predictions`;
    // The keys of `storageKeys.predictions`.
    const location = of ? `${root}/model=${of.model}` : root;
    const parts = partitions.map((part) => `${part}=\${${part}}`).join("/");
    return new CfnTable(this, `Table-${of?.model ?? "all"}`, {
      catalogId: Stack.of(this).account,
      databaseName: this.databaseName,
      tableInput: {
        name,
        description: of
          ? `Predictions of ${of.model} with what its graph saw`
          : "Predictions of every model",
        tableType: "EXTERNAL_TABLE",
        partitionKeys: partitions.map((part) => ({ name: part, type: "string" })),
        storageDescriptor: { ...PARQUET, columns: [...columns], location },
        parameters: {
          EXTERNAL: "TRUE",
          classification: "parquet",
          "projection.enabled": "true",
          "storage.location.template": `${location}/${parts}`,
          ...(!of && {
            "projection.model.type": "enum",
            "projection.model.values": models.map(({ model }) => model).join(","),
          }),
          "projection.date.type": "date",
          "projection.date.format": "yyyy-MM-dd",
          "projection.date.range": `NOW-${predictionRetentionDays}DAYS,NOW`,
          "projection.date.interval": "1",
          "projection.date.interval.unit": "DAYS",
          "projection.hour.type": "enum",
          "projection.hour.values": HOURS.join(","),
        },
      },
    });
  }

  private createWorkGroup({ maxBytesScanned = 100_000_000_000 }: PredictionArchiveProps) {
    const { bucket, key } = this.platform;
    const kmsKey = (bucket.encryptionKey ?? key)?.keyArn;
    return new CfnWorkGroup(this, "WorkGroup", {
      name: this.workGroupName,
      description: "Questions over predictions logged by Millrace",
      // Saved queries and the history of those that ran go with it.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        // A client's own settings would write results elsewhere and read without a limit.
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: maxBytesScanned,
        resultConfiguration: {
          outputLocation: `s3://${bucket.bucketName}/${RESULTS}/`,
          expectedBucketOwner: Stack.of(this).account,
          encryptionConfiguration: kmsKey
            ? { encryptionOption: "SSE_KMS", kmsKey }
            : { encryptionOption: "SSE_S3" },
        },
      },
    });
  }

  private createQuery({ name, description, parameters, sql }: ArchiveQuery): CfnNamedQuery {
    return new CfnNamedQuery(this, `Query-${name}`, {
      name,
      description: `${description}. Parameters: ${parameters.join(", ")}`,
      database: this.databaseName,
      workGroup: this.workGroupName,
      queryString: sql,
    });
  }

  /**
   * Lets an identity ask: queries in the workgroup, the tables' definitions, logged predictions, and
   * its results.
   *
   * Source: "Fine-grained access to databases and tables in the AWS Glue Data Catalog" and "Example
   * workgroup policies", Amazon Athena user guide.
   */
  grantQuery(grantee: IGrantable): Grant {
    const { bucket, key } = this.platform;
    const allow = (actions: readonly string[], resourceArns: readonly string[]) =>
      Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [...resourceArns] });
    const arn = (service: string, resource: string, resourceName?: string) =>
      Stack.of(this).formatArn({
        service,
        resource,
        ...(resourceName === undefined
          ? { arnFormat: ArnFormat.NO_RESOURCE_NAME }
          : { resourceName }),
      });
    for (const known of new Set([key, bucket.encryptionKey])) known?.grantEncryptDecrypt(grantee);
    return allow(QUERY_ACTIONS, [arn("athena", "workgroup", this.workGroupName)])
      .combine(
        allow(CATALOG_ACTIONS, [
          arn("glue", "catalog"),
          arn("glue", "database", this.databaseName),
          arn("glue", "table", `${this.databaseName}/*`),
        ]),
      )
      .combine(allow(["s3:GetBucketLocation", "s3:ListBucket"], [bucket.bucketArn]))
      .combine(allow(["s3:GetObject"], [bucket.arnForObjects("predictions/*")]))
      .combine(
        allow(
          [
            "s3:GetObject",
            "s3:PutObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
          ],
          [bucket.arnForObjects(`${RESULTS}/*`)],
        ),
      );
  }
}

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

const QUERY_ACTIONS = [
  "athena:StartQueryExecution",
  "athena:GetQueryExecution",
  "athena:GetQueryResults",
  "athena:StopQueryExecution",
  "athena:ListQueryExecutions",
  "athena:GetWorkGroup",
  "athena:ListNamedQueries",
  "athena:GetNamedQuery",
  "athena:BatchGetNamedQuery",
];

const CATALOG_ACTIONS = [
  "glue:GetDatabase",
  "glue:GetDatabases",
  "glue:GetTable",
  "glue:GetTables",
  "glue:GetPartition",
  "glue:GetPartitions",
];

/** Athena takes a name with a hyphen in quotes only. */
const databaseNameOf = (stackName: string) => stackName.toLowerCase().replaceAll("-", "_");
