export * from './cap/index.js';
