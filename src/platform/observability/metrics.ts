import { Counter, Gauge, Histogram, register } from 'prom-client';

/** Of every metric of the service. */
export const metricPrefix = 'instrument_registry_';

/** Modules declare their metrics once, at the top of a file. Labels are few and bounded: never a user, key or instrument. */
type Known = { readonly name: string; readonly help: string; readonly labels?: readonly string[] };

/** The one with this name, when it was declared before (several applications in one process share them). */
const once = <Metric>(name: string, make: () => Metric): Metric => (register.getSingleMetric(name) as Metric | undefined) ?? make(); // a name has one kind

export const counter = ({ name, help, labels = [] }: Known) =>
  once(metricPrefix + name, () => new Counter({ name: metricPrefix + name, help, labelNames: labels }));

/** `collect` sets the value when it is asked for. */
export const gauge = ({ name, help, labels = [] }: Known, collect?: (gauge: Gauge) => void | Promise<void>) =>
  once(
    metricPrefix + name,
    () =>
      new Gauge({
        name: metricPrefix + name,
        help,
        labelNames: labels,
        ...(collect && {
          collect(this: Gauge) {
            return collect(this);
          },
        }),
      }),
  );

/** `buckets` in the metric's unit. */
export const histogram = ({ name, help, labels = [], buckets }: Known & { readonly buckets: readonly number[] }) =>
  once(metricPrefix + name, () => new Histogram({ name: metricPrefix + name, help, labelNames: labels, buckets: [...buckets] }));
