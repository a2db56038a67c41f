export { stopEnvironment as default } from './environment';
