import { KeyObject } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { createRemoteJWKSet, decodeProtectedHeader } from 'jose';
import { ExtractJwt, Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { isStorable } from '../common/check-text.js';
import { Settings } from '../config/settings.js';
import type { Caller } from './auth.types.js';
import { isRead } from './authorization.js';
import { UserService } from './user.service.js';

const ALGORITHMS: ('RS256' | 'ES256')[] = ['RS256', 'ES256'];
const JWKS_COOLDOWN_MS = 6000;
const MAX_NAME = 2048;

interface Claims {
  iss?: unknown;
  sub?: unknown;
  exp?: unknown;
}

/**
 * `Authorization: Bearer <jwt>`: a token of the identity provider that the settings name, RS256 or
 * ES256. Its issuer and subject are the identity; the first valid call makes the user.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    settings: Settings,
    private readonly users: UserService,
  ) {
    super({
      passReqToCallback: true,
      jwtFromRequest: ExtractJwt.fromAuthHeaderWithScheme('Bearer'),
      secretOrKeyProvider: keyProvider(settings),
      // Only RS256 and ES256: no `none`, and no HS256, which would take the public key for its secret.
      algorithms: ALGORITHMS,
      ...(settings.JWT_ISSUER === undefined ? {} : { issuer: settings.JWT_ISSUER }),
      ...(settings.JWT_AUDIENCE === undefined ? {} : { audience: settings.JWT_AUDIENCE }),
    });
  }

  async validate(request: Request, { iss, sub, exp }: Claims): Promise<Caller | null> {
    if (typeof exp !== 'number' || !isName(iss) || !isName(sub)) return null;
    return { userId: await this.users.ofIdentity(iss, sub, isRead(request)) };
  }
}

function isName(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== '' && claim.length <= MAX_NAME && isStorable(claim);
}

function keyProvider(settings: Settings): SecretOrKeyProvider {
  if (settings.JWT_PUBLIC_KEY) {
    const key = settings.JWT_PUBLIC_KEY.replaceAll('\\n', '\n');
    return (_request, _token, done) => {
      done(null, key);
    };
  }
  if (settings.JWT_JWKS_URL) return jwksProvider(settings.JWT_JWKS_URL);
  return (_request, _token, done) => {
    done(null, undefined);
  };
}

function jwksProvider(url: string): SecretOrKeyProvider {
  const logger = new Logger('JWKS');
  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: 10 * 60 * 1000,
    // An unknown key id asks the provider again, for keys rotate; a flood of them must not.
    cooldownDuration: JWKS_COOLDOWN_MS,
    timeoutDuration: 5000,
  });
  async function find(token: string): Promise<string | undefined> {
    const header = decodeProtectedHeader(token);
    const alg = ALGORITHMS.find((name) => name === header.alg);
    if (alg === undefined) return undefined;
    const key = KeyObject.from(await keys({ ...header, alg }));
    return key.export({ type: 'spki', format: 'pem' }).toString();
  }
  return (_request, token: string, done) => {
    find(token).then(
      (key) => {
        done(null, key);
      },
      (error: unknown) => {
        // No key lets nobody in; the caller learns no more than that.
        logger.warn(`No key for a token: ${error instanceof Error ? error.name : 'unknown'}`);
        done(null, undefined);
      },
    );
  };
}
