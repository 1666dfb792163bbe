/** What a sector pack must provide, and what the hub knows of all packs together. */
export * from './catalogue.js';
export * from './personal.js';
export * from './sector.js';
