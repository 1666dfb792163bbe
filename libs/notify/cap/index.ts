/** The Common Alerting Protocol 1.2: reading, writing, and what an alert becomes in it. */
export * from './cap-message.js';
export * from './cap-sources.js';
export * from './publish-cap.js';
export * from './read-cap.js';
export * from './take-cap.js';
export * from './write-cap.js';
