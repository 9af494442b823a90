/** The construct, as the package exports it. */
export type { SlackChannel, TeamsChannel } from './chat-channels.ts';
export type { MetricName } from './monitor-metrics.ts';
export {
  type MonitorSettings,
  UnmeteredEventsMonitor,
  type UnmeteredEventsMonitorProps,
} from './unmetered-events-monitor.ts';
