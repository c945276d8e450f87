export * from './config.module.js';
export * from './settings.js';
export { settingsTable } from './settings-table.js';
