import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { MonitorMetrics } from './monitor-metrics.ts';

/** An alarm before it has actions. Its name follows that of the monitor. */
export interface AlarmDefinition extends CreateAlarmOptions {
  readonly id: string;
  readonly alarmName: string;
  readonly metric: IMetric;
}

interface DeliveryAlarmsProps {
  readonly metrics: MonitorMetrics;
  readonly topic: ITopic;
}

const AT_LEAST_ONE = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  threshold: 1,
  evaluationPeriods: 1,
};
const QUARTER_HOUR = Duration.minutes(15);
/** SNS delivers within minutes. A shorter period would more often end between a message and its delivery. */
const HOUR = Duration.hours(1);

/** Three alarms about messages that SNS took and nobody got. */
export function deliveryAlarms(props: DeliveryAlarmsProps): AlarmDefinition[] {
  return [deliveriesFailed(props), deliveredToNobody(props), subscriptionsMissing(props)];
}

function deliveriesFailed({ topic }: DeliveryAlarmsProps): AlarmDefinition {
  return {
    id: 'DeliveriesFailed',
    alarmName: 'deliveries-failed',
    alarmDescription:
      'SNS could not deliver a message to one of the subscriptions. An email: check the address; the message is in the queue of the output DeadLetterQueueUrl. ' +
      'Slack or Teams: look at the log group /aws/chatbot/ in us-east-1, and check that the channel still exists and Amazon Q is a member. Then run the command of the output SendTestCommand.',
    metric: topic.metricNumberOfNotificationsFailed({ statistic: Stats.SUM, period: QUARTER_HOUR }),
    ...AT_LEAST_ONE,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

function deliveredToNobody({ topic }: DeliveryAlarmsProps): AlarmDefinition {
  return {
    id: 'DeliveredToNobody',
    alarmName: 'delivered-to-nobody',
    alarmDescription:
      'For an hour the monitor published messages and SNS delivered none of them: nobody is notified. SNS reports no failure for a topic without confirmed subscriptions. ' +
      'Look at the subscriptions of the topic in the SNS console. Confirm or add one, and run the command of the output SendTestCommand.',
    metric: new MathExpression({
      label: 'published and delivered to nobody',
      // Without any delivery SNS reports no data for it.
      expression: 'IF(published > 0 AND FILL(delivered, 0) < 1, 1, 0)',
      period: HOUR,
      usingMetrics: {
        published: topic.metricNumberOfMessagesPublished({ statistic: Stats.SUM }),
        delivered: topic.metricNumberOfNotificationsDelivered({ statistic: Stats.SUM }),
      },
    }),
    ...AT_LEAST_ONE,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
}

function subscriptionsMissing({ metrics }: DeliveryAlarmsProps): AlarmDefinition {
  return {
    id: 'SubscriptionsMissing',
    alarmName: 'subscriptions-missing',
    alarmDescription:
      'The topic has fewer confirmed subscriptions than the stack configures: somebody is not notified. Newly deployed? Open the link in the email from AWS to confirm each address. ' +
      'Otherwise an address was unsubscribed by a person or a link scanner, was not confirmed within 48 hours, or a channel of Slack or Teams was removed. Deploying again does not bring it back: clear its parameter (AlertEmail1, for example), deploy, set it again, deploy, and confirm. The runbook says how to confirm so that no link unsubscribes it.',
    metric: metrics.of('SubscriptionsMissing', { statistic: Stats.MAXIMUM, period: QUARTER_HOUR }),
    ...AT_LEAST_ONE,
    // Runs check once an hour. In between the alarm keeps its state.
    treatMissingData: TreatMissingData.IGNORE,
  };
}
