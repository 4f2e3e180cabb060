import { CHATS } from './chat-samples.fixture.js';
import { CUSTOMERS } from './customer-samples.fixture.js';
import { DESKS } from './desk-samples.fixture.js';
import { ENVELOPES } from './envelope-samples.fixture.js';
import { FORMATS } from './format-samples.fixture.js';
import { GITHUB } from './github-samples.fixture.js';
import type { InferCase } from './infer-case.fixture.js';
import { ITEMS } from './item-samples.fixture.js';
import { KEYED } from './keyed-samples.fixture.js';
import { MAILINGS } from './mailing-samples.fixture.js';
import { ODD } from './odd-samples.fixture.js';
import { PAGES } from './page-samples.fixture.js';
import { POSTS } from './post-samples.fixture.js';
import { SHOPS } from './shop-samples.fixture.js';
import { SINGLE } from './single-samples.fixture.js';
import { TABLES } from './table-samples.fixture.js';
import { TASKS } from './task-samples.fixture.js';
import { TRACKERS } from './tracker-samples.fixture.js';

/** All samples. */
export const INFER_CASES: InferCase[] = [
  ...GITHUB,
  ...TRACKERS,
  ...TASKS,
  ...SHOPS,
  ...CUSTOMERS,
  ...CHATS,
  ...DESKS,
  ...MAILINGS,
  ...TABLES,
  ...PAGES,
  ...POSTS,
  ...ITEMS,
  ...FORMATS,
  ...ENVELOPES,
  ...KEYED,
  ...SINGLE,
  ...ODD,
];
