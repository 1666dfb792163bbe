/** Who may write and who may look: sources, keys, units, users, sessions, wall links. */
export * from './access.error.js';
export * from './access.tokens.js';
export * from './credential.js';
export * from './sessions.service.js';
export * from './set-aside.service.js';
export * from './source-admin.service.js';
export * from './source-grant.js';
export * from './source-registry.service.js';
export * from './unit-directory.js';
export * from './unit-tree.js';
export * from './users.service.js';
export * from './wall-links.service.js';
export * from './webhook-signature.js';
