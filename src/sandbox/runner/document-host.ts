import type { Documents } from './documents.js';
import type { HostFunctions } from './engine.js';
import type { FetchBridge } from './fetch-bridge.js';
import { bodyWith, nextLink, type PagePlans } from './page-plans.js';
import { asText, unquote } from './stateless-host.js';

type DocumentFunctions = Pick<
  HostFunctions,
  | 'openDocument'
  | 'member'
  | 'members'
  | 'documentText'
  | 'dropDocument'
  | 'planPages'
  | 'surveyPage'
  | 'bodyWith'
  | 'nextLink'
>;

/** The host functions that look into JSON which stays outside of the engine. */
export function documentHost(
  bridge: FetchBridge,
  documents: Documents,
  plans: PagePlans,
): DocumentFunctions {
  return {
    openDocument: (bodyId) => {
      const id = Number(bodyId);
      return documents.open(id, bridge.take(id) ?? new Uint8Array());
    },
    member: (number, key) => documents.member(Number(number), unquote(key)),
    members: (number) => documents.members(Number(number)),
    documentText: (number) => documents.text(Number(number)),
    dropDocument: (root) => {
      documents.drop(Number(root));
      return undefined;
    },
    planPages: (paths) => plans.add(JSON.parse(asText(paths)) as Record<string, unknown>),
    surveyPage: (plan, number) =>
      JSON.stringify(plans.survey(Number(plan), documents.part(Number(number)))),
    bodyWith: (body, path, value) =>
      bodyWith(asText(body), unquote(path), JSON.parse(asText(value))),
    nextLink: (header) => nextLink(unquote(header)),
  };
}
