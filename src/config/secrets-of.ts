import type { Settings } from './settings.js';

/** The texts among the settings that no log may show. */
export function secretsOf(settings: Settings): string[] {
  const { DATABASE_URL, ENCRYPTION_KEYS, AGENT_SHARED_KEY, AI_API_KEY } = settings;
  return [
    ...(DATABASE_URL ? passwordsOf(DATABASE_URL) : []),
    ...(ENCRYPTION_KEYS?.split(',').map((key) => key.trim()) ?? []),
    ...[AGENT_SHARED_KEY, AI_API_KEY].filter((secret) => secret !== undefined),
  ];
}

function passwordsOf(url: string): string[] {
  const { password } = new URL(url);
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // It is used as it stands then.
    return [password];
  }
}
