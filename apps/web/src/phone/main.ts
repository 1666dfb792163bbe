import '../styles/base.css';
import '../styles/phone.css';
import '../styles/brief.css';
import { loadSettings } from '../settings.js';
import { PhoneApp } from './app.js';
import { applyTextSize, matchSystemBar, textSize } from './preferences.js';
import { findSession, type Me } from './session.js';
import { signInView } from './sign-in-view.js';

const root = document.getElementById('app');
if (root === null) throw new Error('m.html has no #app');
const parent = root;
loadSettings();
applyTextSize(textSize());
matchSystemBar();

// Scope `/m`: walls and desks are none of its business.
void navigator.serviceWorker?.register('/sw.js', { scope: '/m', updateViaCache: 'none' }).catch(() => undefined);

let app: PhoneApp | null = null;

async function begin(): Promise<void> {
  const session = await findSession();
  if (session.is === 'in') open(session.me);
  else askWho(session.message);
}

function open(me: Me): void {
  app?.close();
  app = new PhoneApp(parent, me, () => {
    app?.close();
    app = null;
    void begin();
  });
  void app.start();
}

function askWho(message: string | null): void {
  parent.replaceChildren(signInView(message, open));
}

await begin();
