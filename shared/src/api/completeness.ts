import Type, { type Static } from 'typebox';
import { closed, Count, Id } from '../contract/primitives.ts';

/** How many rows each table of the record store holds. `unique − ids` is the number of duplicates, and must be 0. */
export const Completeness = closed({
  tables: Type.Record(
    Type.String(),
    closed({
      /** As stored: repeats that are not merged yet are counted. */
      stored: Count,
      /** As everything reads them. */
      unique: Count,
      /** Different ids among the unique rows. */
      ids: Count,
    }),
  ),
});
export type Completeness = Static<typeof Completeness>;

/** Attempts an edge's ledger has; the answer names those without a row. */
export const CompletenessQuestion = closed({ ids: Type.Array(Id, { maxItems: 5000 }) });
export type CompletenessQuestion = Static<typeof CompletenessQuestion>;
