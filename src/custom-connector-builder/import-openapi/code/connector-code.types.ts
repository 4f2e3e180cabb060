import type { TablePlan } from '../plan/plan.types.js';
import type { Credential } from '../read/read-security.js';

/** What all functions of one connector have in common. */
export interface CodeContext {
  baseUrl: string;
  credential: Credential | undefined;
  /** The media types of answers, as an Accept header names them. */
  accept: string;
  /** Whether functions give `{ id, fields }`, for want of a mapping for each table. */
  mapsInCode: boolean;
  /** All tables of the connector. */
  tables: readonly TablePlan[];
}
