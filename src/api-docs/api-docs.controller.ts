import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Open } from '../auth/open.decorator.js';
import { RouteNotFoundError } from '../common/request.errors.js';
import { PAGE_POLICY } from '../common/security-headers.js';
import { packageRoot } from '../config/package-root.js';
import { ApiDocsService } from './api-docs.service.js';
import { DOCS_PAGE, DOCS_SCRIPT, errorsPage } from './pages.js';

const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const CONNECTOR_TYPES = join(packageRoot(), 'docs', 'connector.d.ts');
const SERVED = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

/** The API docs: as a document, as a page to try the routes on, and the list of error codes. */
@Open()
@ApiExcludeController()
@Controller()
export class ApiDocsController {
  constructor(private readonly docs: ApiDocsService) {}

  @Get('docs-json')
  json() {
    return this.docs.document;
  }

  @Get('docs')
  page(@Res() response: Response) {
    page(response, DOCS_PAGE);
  }

  @Get('docs/errors')
  errors(@Res() response: Response) {
    page(response, errorsPage());
  }

  /** The types of connector code, for the editor of who writes it. */
  @Get('docs/connector.d.ts')
  connectorTypes(@Res() response: Response) {
    // By its name it would be a film: `.ts` is also that of MPEG transport streams.
    response.type('text/plain; charset=utf-8');
    response.sendFile(CONNECTOR_TYPES, { dotfiles: 'allow' });
  }

  @Get('docs/assets/start.js')
  script(@Res() response: Response) {
    response.type('js').send(DOCS_SCRIPT);
  }

  @Get('docs/assets/:name')
  asset(@Param('name') name: string, @Res() response: Response) {
    if (!SERVED.has(name)) throw new RouteNotFoundError();
    response.sendFile(join(ASSETS, name), {
      dotfiles: 'allow',
      headers: { 'Cache-Control': 'public, max-age=86400' },
    });
  }
}

function page(response: Response, html: string): void {
  response.set('Content-Security-Policy', PAGE_POLICY).type('html').send(html);
}
