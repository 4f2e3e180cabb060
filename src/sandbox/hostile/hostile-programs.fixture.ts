import { constructors } from './hostile-constructors.fixture.js';
import { depth } from './hostile-depth.fixture.js';
import { escapes } from './hostile-escapes.fixture.js';
import { floods } from './hostile-floods.fixture.js';
import { loops } from './hostile-loops.fixture.js';
import { memory } from './hostile-memory.fixture.js';
import { natives } from './hostile-natives.fixture.js';
import { promises } from './hostile-promises.fixture.js';
import { prototypes } from './hostile-prototypes.fixture.js';
import { reads } from './hostile-reads.fixture.js';
import { results } from './hostile-results.fixture.js';
import { thrown } from './hostile-thrown.fixture.js';
import type { HostileKind } from './hostile-programs.types.js';

/** Every hostile program, by its kind. */
export const hostileKinds: Record<string, HostileKind> = {
  'loops without end': loops,
  'work of the engine without end': natives,
  depth,
  memory,
  'promises and timers': promises,
  'floods and huge arguments': floods,
  results,
  'prototypes and built-ins': prototypes,
  'what is thrown': thrown,
  'pages of reads': reads,
  constructors,
  'ways to the host': escapes,
};
