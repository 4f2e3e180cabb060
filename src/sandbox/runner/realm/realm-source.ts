import { createEntry } from './create-entry.js';
import { createRealm } from './create-realm.js';
import { installAbort } from './install-abort.js';
import { installBody } from './install-body.js';
import { installClone } from './install-clone.js';
import { installConsole } from './install-console.js';
import { installCrypto } from './install-crypto.js';
import { checkPagination } from './check-pagination.js';
import { installFetch } from './install-fetch.js';
import { installHeaders } from './install-headers.js';
import { installHolders } from './install-holders.js';
import { installKit } from './install-kit.js';
import { installLocale } from './install-locale.js';
import { installMessages } from './install-messages.js';
import { installPaginate } from './install-paginate.js';
import { installParams } from './install-params.js';
import { installRandom } from './install-random.js';
import { installReferences } from './install-references.js';
import { installText } from './install-text.js';
import { installTimers } from './install-timers.js';
import { installUrl } from './install-url.js';
import { judgePage } from './judge-page.js';

/** In the order in which they need each other. */
const parts = [
  installText,
  installParams,
  installUrl,
  installAbort,
  installTimers,
  installConsole,
  installRandom,
  installCrypto,
  installClone,
  installLocale,
  installHeaders,
  installHolders,
  installReferences,
  installBody,
  installMessages,
  installFetch,
  installKit,
  checkPagination,
  judgePage,
  installPaginate,
];

/**
 * A script whose value is a function: given the host's functions, it makes the globals of connector
 * code and returns the `Entry`. Nothing of it is left in the global scope. It is put together from
 * the texts of functions, which is why none of them may use anything from outside its body.
 */
export const realmSource = `(function (host) {
'use strict';
const realm = (${createRealm.toString()})(host);
${parts.map((part) => `(${part.toString()})(realm);`).join('\n')}
return (${createEntry.toString()})(realm);
})`;
