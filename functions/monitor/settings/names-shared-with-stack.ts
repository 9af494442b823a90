/** Names, texts and numbers that the stack must have in common with the function, or with the command line. */

/** The name that `cdk deploy` of this project gives its stack. */
export const DEFAULT_STACK = 'UnmeteredEventsMonitor';

/** The text of a new secret, until a person puts the API token there. */
export const TOKEN_PLACEHOLDER = 'put-your-togai-api-token-here';

/** The CloudWatch namespace of the function's metrics. Their one dimension is {@link METRICS_DIMENSION}. */
export const METRICS_NAMESPACE = 'UnmeteredEventsMonitor';

/** The value is the variable {@link SERVICE_VARIABLE}. It keeps two monitors in one account apart. */
export const METRICS_DIMENSION = 'service';

/** The metrics of a run. Each run reports one value of each, `SubscriptionsMissing` once an hour. */
export type MetricName =
  | 'IncidentsOpen'
  | 'BacklogMinutes'
  | 'EventsFailed'
  | 'EventsInProgress'
  | 'EventsTotal'
  | 'EventsUnknown'
  | 'EventsUnmetered'
  | 'RunSucceeded'
  | 'SubscriptionsMissing'
  | 'TogaiRequests'
  | 'TogaiThrottled'
  | 'UnmeteredPercent';

/** The variable from which Powertools reads the service name. */
export const SERVICE_VARIABLE = 'POWERTOOLS_SERVICE_NAME';

/**
 * The variable with one {@link SUBSCRIPTION_MARK} for each configured subscription of the topic. CloudFormation knows
 * their number only at deployment, and it cannot add.
 */
export const SUBSCRIPTIONS_VARIABLE = 'SUBSCRIPTIONS';

export const SUBSCRIPTION_MARK = '+';

/** The variable with the name of the pager's topic: an ARN takes more of the 4 KB of an environment. Empty: there is none. */
export const PAGER_TOPIC_VARIABLE = 'PAGER_TOPIC';

/** Minutes from run to run, where nobody has chosen others. */
export const DEFAULT_RUN_MINUTES = 5;

/** The source of the events that the function puts on an EventBridge bus. */
export const EVENT_SOURCE = 'unmetered-events-monitor';

/** The variable with the name of the bus. Empty: there is none. */
export const EVENT_BUS_VARIABLE = 'EVENT_BUS';
