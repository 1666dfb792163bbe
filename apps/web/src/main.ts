import './styles/base.css';
import './styles/wall.css';
import './styles/tiles.css';
import './styles/desk.css';
import './styles/picker.css';
import './styles/alerts.css';
import './styles/brief.css';
import './styles/on-call.css';
import './styles/rules.css';
import { adminPage } from './pages/admin.js';
import { newAlertPage } from './pages/alert-new.js';
import { alertPage } from './pages/alert.js';
import { alertsPage } from './pages/alerts.js';
import { briefPage } from './pages/brief.js';
import { cataloguePage } from './pages/catalogue.js';
import { channelsPage } from './pages/channels.js';
import { entriesPage } from './pages/entries.js';
import { homePage } from './pages/home.js';
import { indicatorPage } from './pages/indicator.js';
import { silencesPage } from './pages/silences.js';
import { onCallPage } from './pages/on-call/page.js';
import { peoplePage } from './pages/people.js';
import { rulePage } from './pages/rule.js';
import { rulesPage } from './pages/rules.js';
import { oneTapPage } from './pages/one-tap.js';
import { WallPage } from './pages/wall.js';
import { loadSettings } from './settings.js';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');
loadSettings();

/** Type is measured before it is drawn, so the face has to be there; a screen without it starts all the same. */
const FONT_WAIT_MS = 800;
const faces = [
  document.fonts.load('400 20px "Inter Variable"', 'Aắ'),
  document.fonts.load('650 20px "Inter Variable"', '0ự'),
];
await Promise.race([Promise.allSettled(faces), new Promise((done) => setTimeout(done, FONT_WAIT_MS))]);

const [, page, id] = location.pathname.split('/');
if (page === 'wall' && id !== undefined && id !== '') new WallPage(decodeURIComponent(id), root).start();
else if (page === 'catalogue') void cataloguePage(root);
else if (page === 'indicators' && id !== undefined && id !== '') void indicatorPage(decodeURIComponent(id), root);
else if (page === 'alerts' && id === 'new') void newAlertPage(root);
else if (page === 'alerts' && id !== undefined && id !== '') void alertPage(decodeURIComponent(id), root);
else if (page === 'alerts') void alertsPage(root);
else if (page === 'silences') void silencesPage(root);
else if (page === 'brief') void briefPage(root);
else if (page === 'entries') void entriesPage(root);
else if (page === 'rules' && id !== undefined && id !== '') void rulePage(decodeURIComponent(id), root);
else if (page === 'rules') void rulesPage(root);
else if (page === 'admin') void adminPage(root);
else if (page === 'on-call') void onCallPage(root);
else if (page === 'people') void peoplePage(root);
else if (page === 'channels') void channelsPage(root);
else if (page === 'a') void oneTapPage(root);
else void homePage(root);
