import type { Prisma } from '../db/generated/client.js';
import {
  EMPTY_DEFINITION,
  type ConnectorChange,
  type ConnectorDefinition,
} from './custom-connector.types.js';

/** A definition after a change: an absent property stays as it is, null clears it. */
export function mergeDefinition(
  definition: ConnectorDefinition,
  change: Omit<ConnectorChange, 'name' | 'apiKey'>,
): ConnectorDefinition {
  const keys = Object.keys(EMPTY_DEFINITION) as (keyof ConnectorDefinition)[];
  const merged: Record<string, unknown> = {};
  for (const key of keys) {
    const value = change[key] === undefined ? definition[key] : change[key];
    merged[key] = value ?? EMPTY_DEFINITION[key];
  }
  return merged as unknown as ConnectorDefinition;
}

/** A definition as Prisma writes it to a column. */
export function definitionJson(definition: ConnectorDefinition): Prisma.InputJsonValue {
  return definition as unknown as Prisma.InputJsonValue;
}

/** The columns that hold a definition. */
export function definitionColumns(definition: ConnectorDefinition) {
  return {
    definition: definitionJson(definition),
    bytes: Buffer.byteLength(JSON.stringify(definition)),
  };
}

/** A stored definition; properties that a newer version of this service knows come as not set. */
export function definitionOf({ definition }: { definition: unknown }): ConnectorDefinition {
  return { ...EMPTY_DEFINITION, ...(definition as ConnectorDefinition) };
}
