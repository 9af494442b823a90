import { Stack, type StackProps } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { UnmeteredEventsMonitor } from 'unmetered-events-monitor';

/** A monitor that uses the resources of a platform team: a topic and its key, a VPC, and a permissions boundary. */
export class ExistingResourcesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    // Their policies have to let the alarms of CloudWatch publish to the topic and use the key.
    const topic = Topic.fromTopicArn(
      this,
      'PlatformTopic',
      'arn:aws:sns:eu-central-1:123456789012:platform-alerts',
    );
    const encryptionKey = Key.fromKeyArn(
      this,
      'PlatformKey',
      'arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d-0000-1111-2222-333344445555',
    );
    // From its private subnets the function has to reach Togai and AWS, through NAT for example.
    const vpc = Vpc.fromVpcAttributes(this, 'PlatformVpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      privateSubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'],
      privateSubnetRouteTableIds: ['rtb-0aaaaaaaaaaaaaaaa', 'rtb-0bbbbbbbbbbbbbbbb'],
    });

    new UnmeteredEventsMonitor(this, 'Monitor', { topic, encryptionKey, vpc });

    const boundary = ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'platform-boundary');
    PermissionsBoundary.of(this).apply(boundary);
  }
}
