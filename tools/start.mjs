/** `npm start`: sees to Node, dependencies and build, then runs the hub in this process. Plain JavaScript: nothing is built yet. */
import { prepareCheckout } from './prepare-checkout.mjs';

process.setSourceMapsEnabled(true);
await prepareCheckout();
process.env.HUB_BUILT_AT = String(Date.now());
await import('../dist/apps/hub/src/main.js');
