/** `npm start`: sees to Node, dependencies and build, then runs the hub in this process. Plain JavaScript: nothing is built yet. */
import { prepareCheckout } from './prepare-checkout.mjs';

process.setSourceMapsEnabled(true);
await prepareCheckout();
await import('../dist/apps/hub/src/main.js');
