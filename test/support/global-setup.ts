export { startEnvironment as default } from './environment';
