import { counter, histogram } from '../../platform/observability/metrics';

export const ingestionMetrics = {
  runs: counter({ name: 'ingestion_runs_total', help: 'Ingestion runs that ended, by outcome.', labels: ['broker', 'outcome'] }),
  rows: counter({ name: 'ingestion_rows_total', help: 'Rows of ingested files, by what became of them.', labels: ['broker', 'outcome'] }),
  duration: histogram({
    name: 'ingestion_duration_seconds',
    help: 'Time from the start to the end of an ingestion run.',
    labels: ['broker'],
    buckets: [0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300],
  }),
};
