import { Buffer } from 'node:buffer';
import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import { Transform } from 'class-transformer';
import { IsInt, Max, Min, registerDecorator } from 'class-validator';
import { parseEgressAllow } from './egress-allow.js';

/** Text to whole number; what is none becomes NaN and fails its check. */
export function WholeNumber(min: number, max: number): PropertyDecorator {
  return (target, key) => {
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (/^\d{1,12}$/.test(value) ? Number(value) : Number.NaN) : value,
    )(target, key);
    IsInt({ message: 'must be a whole number' })(target, key);
    Min(min, { message: `must be at least ${min}` })(target, key);
    Max(max, { message: `must be at most ${max}` })(target, key);
  };
}

/** Checks a setting by a function that names what is wrong, or gives nothing. */
export function Passes(check: (value: string) => string | undefined): PropertyDecorator {
  return (target, key) => {
    registerDecorator({
      name: check.name,
      target: target.constructor,
      propertyName: String(key),
      validator: {
        validate: (value: unknown) => typeof value === 'string' && check(value) === undefined,
        defaultMessage: (context) => check(String(context?.value)) ?? 'must be text',
      },
    });
  };
}

export function aUrl(...protocols: string[]) {
  return function isUrl(value: string): string | undefined {
    const valid = URL.canParse(value) && protocols.includes(new URL(value).protocol);
    return valid ? undefined : `must be a URL that begins with ${protocols.join(' or ')}//`;
  };
}

export function isListenAddress(value: string): string | undefined {
  return isIP(value) !== 0 || value === 'localhost'
    ? undefined
    : 'must be an IP address or localhost';
}

export function areKeys(value: string): string | undefined {
  const whole = value
    .split(',')
    .every((key) => /^[\w+/-]{43}=?$/.test(key.trim()) && Buffer.from(key, 'base64').length === 32);
  return whole ? undefined : 'must be one or more keys of 32 bytes in base64, separated by commas';
}

export function isPublicKey(value: string): string | undefined {
  try {
    const key = createPublicKey(value.replaceAll('\\n', '\n'));
    const curve = key.asymmetricKeyDetails?.namedCurve;
    if (key.asymmetricKeyType === 'rsa') return undefined;
    if (key.asymmetricKeyType === 'ec' && curve === 'prime256v1') return undefined;
    return 'must be an RSA key or an EC key on P-256';
  } catch {
    return 'must be a public key in PEM';
  }
}

export function areOrigins(value: string): string | undefined {
  const whole = value.split(',').every((origin) => {
    const text = origin.trim();
    return URL.canParse(text) && new URL(text).origin === text;
  });
  return whole ? undefined : 'must be origins such as https://app.example.com, separated by commas';
}

export function isEgressAllow(value: string): string | undefined {
  const { faults } = parseEgressAllow(value);
  return faults.length > 0 ? faults.join('; ') : undefined;
}
