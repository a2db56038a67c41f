import { outsideName } from './outside-name';

describe('the name of an event outside', () => {
  it.each([
    ['instrument', 'InstrumentListed', 'instrument.listed'],
    ['instrument', 'TermsAmended', 'instrument.terms_amended'],
    ['instrument', 'BrokerTokenAssigned', 'instrument.broker_token_assigned'],
    ['ingestion_run', 'RunCompleted', 'ingestion_run.completed'],
    ['plan', 'PlanSuperseded', 'plan.superseded'],
    ['api_key', 'ApiKeyCreated', 'api_key.created'],
  ])('of %s, %s is %s', (category, type, name) => expect(outsideName(category, type)).toBe(name));
});
