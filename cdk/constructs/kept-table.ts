import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  type ITable,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

interface KeptTableProps {
  /** Encrypts the table; AWS's own key where there is none. */
  readonly key: IKey | undefined;
  readonly deletionProtection: boolean;
  /** Attribute after whose time, in seconds, DynamoDB deletes an item. */
  readonly timeToLiveAttribute?: string;
}

/** A table with text keys `pk` and `sk` that is billed by request and stays when the stack is removed. */
export function keptTable(scope: Construct, id: string, props: KeptTableProps): ITable {
  const { key, deletionProtection, timeToLiveAttribute } = props;
  return new Table(scope, id, {
    partitionKey: { name: "pk", type: AttributeType.STRING },
    sortKey: { name: "sk", type: AttributeType.STRING },
    ...(timeToLiveAttribute !== undefined && { timeToLiveAttribute }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(key
      ? { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }
      : { encryption: TableEncryption.DEFAULT }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection,
    removalPolicy: RemovalPolicy.RETAIN,
  }) as ITable;
}
