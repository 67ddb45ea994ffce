import {
  GatewayVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledge.ts";

export interface TaskNetworkProps {
  /**
   * It needs ways to S3, CloudWatch Logs and the registry of the image.
   *
   * @default - a network of two public subnets, which nothing can reach from outside
   */
  readonly vpc?: IVpc | undefined;
  /** @default - the private subnets with a way out; of the own network the public ones */
  readonly vpcSubnets?: SubnetSelection | undefined;
  /** @default - one that allows HTTPS outward and nothing inward */
  readonly securityGroups?: readonly ISecurityGroup[] | undefined;
}

/** Where tasks run, in the words of `ecs:RunTask`. Nothing here is billed by the hour. */
export class TaskNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** A task in a public subnet reaches nothing without an address of its own. */
  readonly assignPublicIp: "ENABLED" | "DISABLED";

  constructor(scope: Construct, id: string, props: TaskNetworkProps) {
    super(scope, id);
    this.vpc = props.vpc ?? this.createVpc();
    const subnets = this.vpc.selectSubnets(
      props.vpcSubnets ?? {
        subnetType: props.vpc ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PUBLIC,
      },
    );
    this.subnetIds = subnets.subnetIds;
    this.assignPublicIp = subnets.hasPublic ? "ENABLED" : "DISABLED";
    const groups = props.securityGroups ?? [this.createSecurityGroup()];
    this.securityGroupIds = groups.map(({ securityGroupId }) => securityGroupId);
  }

  /** Public subnets, because a NAT gateway, which private ones need, is billed by the hour. */
  private createVpc(): IVpc {
    const vpc = new Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: "Public", subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      ],
      // Nothing is in the default group, and emptying it would take a function.
      restrictDefaultSecurityGroup: false,
      // What goes to S3 stays inside the region; such an endpoint costs nothing.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    acknowledge(
      vpc,
      "VPC7",
      "nothing listens in this network: tasks only go out, to S3, the registry of images and the log; flow logs are billed by the gigabyte",
    );
    // Vpc's optional members are written without `undefined`, which this compiler option minds.
    return vpc as IVpc;
  }

  private createSecurityGroup(): SecurityGroup {
    const group = new SecurityGroup(this, "SecurityGroup", {
      vpc: this.vpc,
      description: "Millrace training tasks: out by HTTPS, nothing in",
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "S3, the registry of images, the log");
    return group;
  }
}
