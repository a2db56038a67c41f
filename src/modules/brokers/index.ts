// What other modules may use. Everything else in this folder is private.
export { BrokersModule } from './brokers.module';
export { LastRuns } from './last-runs';
export { brokerNames, unknownBroker } from './names';
