/** The construct, as the package exports it. */

export type { MetricName } from '../functions/monitor/settings/names-shared-with-stack.ts';
export type { SlackChannel, TeamsChannel } from './chat-channels.ts';
export {
  type MonitorSettings,
  UnmeteredEventsMonitor,
  type UnmeteredEventsMonitorProps,
} from './unmetered-events-monitor.ts';
