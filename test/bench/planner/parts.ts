/** The parts of the controller that are measured, imported in one place. */
// @boundaries-ignore benches reach into the controller's folders; its package door shows only the whole
export * from '../../../controller/src/campaigns/planner.ts';
// @boundaries-ignore as above
export { pour } from '../../../controller/src/campaigns/water-filling.ts';
// @boundaries-ignore as above
export { assignLeads } from '../../../controller/src/campaigns/lead-assignment.ts';
// @boundaries-ignore as above
export { countDue, countHeld } from '../../../controller/src/campaigns/lead-cells.ts';
