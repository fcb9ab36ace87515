export { LinePool, sipLines, type LineDriver } from './line-pool.ts';
export { selectLine, type LineState, type LineVerdict, type RouteChoice } from './route-selector.ts';
