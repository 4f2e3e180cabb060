import { SetMetadata } from '@nestjs/common';

export const OPEN = 'auth:open';

/** Names a controller or route as open: it is served without a token. All others are guarded. */
export const Open = () => SetMetadata(OPEN, true);
