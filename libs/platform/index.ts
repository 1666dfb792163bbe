/** What every app needs to run: settings, logs, health, metrics, ordered shutdown. */
export * from './settings.js';
