import { jsonPointer, type Location } from '../../common/json-pointer.js';
import type { Fault } from '../../common/problem.js';
import { CONVERTERS, explainMisfit, MISFIT } from '../../mapping/values/convert.js';
import type { PgType } from '../../mapping/mapping.types.js';
import type { Values } from './edits.types.js';

/**
 * The values as the columns' types have them; as they are where no columns are known. What does not fit,
 * or is no column, becomes a fault below `place`.
 */
export function convertFields(
  fields: Values,
  types: ReadonlyMap<string, PgType> | null,
  place: Location,
): { values: Values; faults: Fault[] } {
  const faults: Fault[] = [];
  if (types === null) return { values: fields, faults };
  const values: Values = {};
  for (const [name, value] of Object.entries(fields)) {
    const type = types.get(name);
    if (type === undefined) {
      faults.push({ pointer: jsonPointer([...place, name]), detail: 'is no field of this table' });
      continue;
    }
    const converted = CONVERTERS[type](value);
    if (converted === MISFIT) {
      const { location, reason } = explainMisfit(type, value);
      faults.push({ pointer: jsonPointer([...place, name, ...location]), detail: reason });
    } else values[name] = converted;
  }
  return { values, faults };
}
