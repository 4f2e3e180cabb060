import { Injectable, type INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { buildDocument } from './build-document.js';

/** The API's own description, made once when the service starts. */
@Injectable()
export class ApiDocsService {
  private built: OpenAPIObject | undefined;

  build(app: INestApplication): void {
    this.built = buildDocument(app);
  }

  get document(): OpenAPIObject {
    if (!this.built) throw new Error('The API docs are asked for before they are built.');
    return this.built;
  }
}
