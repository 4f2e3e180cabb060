import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { match, type MatchFunction } from 'path-to-regexp';

/** One route of one controller, as its decorators declare it. */
export interface DeclaredRoute {
  method: string;
  path: string;
  controller: Type;
  handler: (...args: never[]) => unknown;
}

/** Every route of the service, read from the controllers' decorators. */
@Injectable()
export class RouteTable {
  private matchers: { method: string; matches: MatchFunction<object> }[] | undefined;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  routes(): DeclaredRoute[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      const controller = metatype as Type;
      const prototype = controller.prototype as Record<string, DeclaredRoute['handler']>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as number);
        if (handler === undefined || method === undefined) return [];
        const path = [controller, handler]
          .map((target) => String(Reflect.getMetadata(PATH_METADATA, target)))
          .flatMap((part) => part.split('/'))
          .filter((part) => part !== '')
          .join('/');
        return [{ method: RequestMethod[method] ?? 'ALL', path: `/${path}`, controller, handler }];
      });
    });
  }

  /** The methods that some route takes at this path; empty where there is no such path. */
  methodsOf(path: string): string[] {
    this.matchers ??= this.routes().map((route) => ({
      method: route.method,
      matches: match(route.path, { decode: false }),
    }));
    const methods = new Set<string>();
    for (const { method, matches } of this.matchers) {
      if (!matches(path)) continue;
      methods.add(method);
      if (method === 'GET') methods.add('HEAD');
    }
    return [...methods].sort();
  }
}
