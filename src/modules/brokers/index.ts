// What other modules may use. Everything else in this folder is private.
export { BrokersModule } from './brokers.module';
export { LastRuns } from './last-runs';
export { brokerTokenOf } from './queries/get-broker-token';
export { MeaningQuery, onlyMeaning } from './queries/get-instrument-of-token';
export { brokerNames, unknownBroker } from './names';
