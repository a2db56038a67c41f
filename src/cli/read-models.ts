import { ingestionRunReadModel } from '../modules/ingestion';
import { apiKeyReadModel } from '../modules/auth';
import { calendarReadModel } from '../modules/calendar';
import { instrument, instrumentTables } from '../modules/instruments';
import { scheduleReadModel } from '../modules/schedules';
import { referenceList, referenceTables } from '../modules/reference';
import type { AnyEvent, Decider } from '../platform/event-store/decider';
import type { Rebuilt } from '../platform/event-store/rebuild';
import type { Table } from '../platform/event-store/table';

type Rebuild = <State, Event extends AnyEvent>(decider: Decider<State, Event>, table: Table<State>) => Promise<Rebuilt>;

const shortName = ({ name }: { readonly name: string }) => name.slice(name.indexOf('.') + 1);

/** Every read model that commits with its events, by the name of its table. */
export const readModels: Readonly<Record<string, (rebuild: Rebuild) => Promise<Rebuilt>>> = {
  ...Object.fromEntries(instrumentTables.map((table) => [shortName(table), (rebuild: Rebuild) => rebuild(instrument, table)])),
  ...Object.fromEntries(referenceTables.map((table) => [shortName(table), (rebuild: Rebuild) => rebuild(referenceList, table)])),
  ingestion_runs: (rebuild) => rebuild(ingestionRunReadModel.decider, ingestionRunReadModel.table),
  api_keys: (rebuild) => rebuild(apiKeyReadModel.decider, apiKeyReadModel.table),
  calendar_days: (rebuild) => rebuild(calendarReadModel.decider, calendarReadModel.table),
  schedules: (rebuild) => rebuild(scheduleReadModel.decider, scheduleReadModel.table),
};
