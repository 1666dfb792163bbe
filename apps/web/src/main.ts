import './styles/base.css';
import './styles/wall.css';
import './styles/tiles.css';
import './styles/desk.css';
import { adminPage } from './pages/admin.js';
import { homePage } from './pages/home.js';
import { WallPage } from './pages/wall.js';
import { loadSettings } from './settings.js';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');
loadSettings();

const [, page, id] = location.pathname.split('/');
if (page === 'wall' && id !== undefined && id !== '') new WallPage(decodeURIComponent(id), root).start();
else if (page === 'admin') void adminPage(root);
else void homePage(root);
