import type { Shape } from './choose-type.js';
import type { PgType } from '../../../mapping/mapping.types.js';
import type { Steps } from '../write-path.js';

/** Where in a record a field's value is: a member of its own, one of a member that holds the data, or deeper. */
export type Standing = 'own' | 'contained' | 'nested';

/** A field that a mapping could have. */
export interface FieldDraft {
  /** From the record to the value. */
  steps: Steps;
  path: string;
  standing: Standing;
  /** What its name is made of. */
  label: string[];
  type: PgType;
  /** What was seen there; absent where the path finds a list. */
  shape?: Shape;
}
