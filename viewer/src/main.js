// Both pages are one bundle, because most of it is the same library.
import { showCity } from './city.js';
import { showTrajectories } from './trajectories.js';

const pages = { city: showCity, trajectories: showTrajectories };
pages[document.body.dataset.page]();
