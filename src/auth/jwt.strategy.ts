import { Injectable, Logger } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { isStorable } from '../common/check-text.js';
import { Settings } from '../config/settings.js';
import type { Caller } from './auth.types.js';
import { UserService } from './user.service.js';

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
      jwtFromRequest: ExtractJwt.fromAuthHeaderWithScheme('Bearer'),
      secretOrKeyProvider: keyProvider(settings),
      // Only these two: no `none`, and no HS256, which would take the public key for its secret.
      algorithms: ['RS256', 'ES256'],
      ...(settings.JWT_ISSUER === undefined ? {} : { issuer: settings.JWT_ISSUER }),
      ...(settings.JWT_AUDIENCE === undefined ? {} : { audience: settings.JWT_AUDIENCE }),
    });
  }

  async validate({ iss, sub, exp }: Claims): Promise<Caller | null> {
    if (typeof exp !== 'number' || !isName(iss) || !isName(sub)) return null;
    return { userId: await this.users.ofIdentity(iss, sub) };
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

function jwksProvider(jwksUri: string): SecretOrKeyProvider {
  const logger = new Logger('JWKS');
  return passportJwtSecret({
    jwksUri,
    cache: true,
    cacheMaxAge: 10 * 60 * 1000,
    // An unknown key id asks the provider again, for keys rotate; a flood of them must not.
    rateLimit: true,
    jwksRequestsPerMinute: 10,
    timeout: 5000,
    handleSigningKeyError: (error, done) => {
      if (error) logger.warn(`No key for a token: ${error.name}`);
      // No key lets nobody in; the caller learns no more than that.
      done(null);
    },
  });
}
