/** What the stack puts into the secret until somebody puts a token there. */
export const TOKEN_PLACEHOLDER = 'put-your-togai-api-token-here';

/** Where the function's metrics are found; their one dimension is {@link METRICS_DIMENSION}. */
export const METRICS_NAMESPACE = 'UnmeteredEventsMonitor';

/** Its value is in the variable {@link SERVICE_VARIABLE}: two monitors in one account must not be taken for one. */
export const METRICS_DIMENSION = 'service';

export const SERVICE_VARIABLE = 'POWERTOOLS_SERVICE_NAME';
