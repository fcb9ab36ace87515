import type { DeskAct, DeskView } from '@branchline/shared';

/** What stands behind an agent's desk page: the floor, or a training beside it. */
export interface DeskStage {
  /** What one agent's page shows now. @throws BranchlineError `BL_AUTH_REQUIRED` for an agent who is gone */
  view(agent: string): DeskView;
  /** Does what an agent asked for on the page. @throws BranchlineError `BL_DESK_REFUSED` with the reason */
  act(agent: string, act: DeskAct): Promise<void>;
}
