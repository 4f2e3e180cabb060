import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { RateLimitedError, UnauthenticatedError } from '../auth/auth.errors.js';
import { OPEN } from '../auth/open.decorator.js';
import { problemResponse } from '../common/api-problems.decorator.js';
import type { ProblemType } from '../common/problem.js';
import {
  BodyTooLargeError,
  InternalError,
  ServiceBusyError,
  InvalidRequestError,
  MalformedRequestError,
  UnsupportedBodyError,
} from '../common/request.errors.js';
import { RouteTable } from '../common/route-table.js';
import { DatabaseBusyError, DatabaseUnavailableError } from '../db/db.errors.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type AnyResponse = Operation['responses'][string];

const DESCRIPTION = `Define, run and read custom connectors to any REST API.

Every answer that is not a success is a problem document (RFC 9457) with a stable \`code\`; the
codes are listed at [/docs/errors](/docs/errors). Every record belongs to one user: what belongs to
somebody else answers exactly as what does not exist. The functions of a connector have types for an
editor: [/docs/connector.d.ts](/docs/connector.d.ts).`;

/** The OpenAPI 3.1 document of the running service, made from its controllers' decorators. */
export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Custom connector service')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/')
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: '`API-Token <token>`, a token made by `POST /api-tokens`.',
      },
      'API-Token',
    )
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: '`Agent-Token <shared key>:<user id>`, for another service.',
      },
      'Agent-Token',
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'Bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}.${method}`,
  });
  (document.components ??= {}).schemas = {
    ...document.components.schemas,
    Problem: PROBLEM_SCHEMA,
  };
  for (const { operation, open } of operationsOf(document, app.get(RouteTable))) {
    if (!open) operation.security = [{ 'API-Token': [] }, { 'Agent-Token': [] }, { Bearer: [] }];
    for (const type of commonProblems(operation, open)) addProblem(operation, type);
  }
  return withoutNullable(document) as OpenAPIObject;
}

function* operationsOf(document: OpenAPIObject, routes: RouteTable) {
  for (const { method, path, controller, handler } of routes.routes()) {
    const item = document.paths[path.replace(/:(\w+)/g, '{$1}')];
    const operation = item?.[method.toLowerCase() as 'get'];
    const open = [controller, handler].some((target) => Reflect.getMetadata(OPEN, target) === true);
    if (operation) yield { operation, open };
  }
}

/** What a route can answer beside what its own decorators name. */
function commonProblems(operation: Operation, open: boolean): ProblemType[] {
  const takesInput = (operation.parameters ?? []).length > 0 || operation.requestBody !== undefined;
  return [
    ...(takesInput ? [InvalidRequestError.type, MalformedRequestError.type] : []),
    ...(open ? [] : [UnauthenticatedError.type, RateLimitedError.type, ServiceBusyError.type]),
    ...(operation.requestBody ? [BodyTooLargeError.type, UnsupportedBodyError.type] : []),
    ...(open ? [] : [DatabaseUnavailableError.type, DatabaseBusyError.type]),
    InternalError.type,
  ];
}

function addProblem(operation: Operation, type: ProblemType): void {
  const response = problemResponse([type]);
  const present = operation.responses[String(type.status)];
  if (!isProblemResponse(present)) {
    operation.responses[String(type.status)] = response;
    return;
  }
  const codes = present.content['application/problem+json'].schema.allOf[1]?.properties?.code.enum;
  // Its own decorators may name it as well.
  if (codes?.includes(type.code)) return;
  present.description += ` ${response.description}`;
  codes?.push(type.code);
}

type ProblemResponse = ReturnType<typeof problemResponse>;

function isProblemResponse(
  response: AnyResponse | undefined,
): response is AnyResponse & ProblemResponse {
  return (
    response !== undefined &&
    'content' in response &&
    Object.hasOwn(response.content ?? {}, 'application/problem+json')
  );
}

/** OpenAPI 3.1 has no `nullable`: null is a type among others there. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const mapped: Record<string, unknown> = Object.fromEntries(
    Object.entries(rest).map(([key, child]) => [
      key,
      key === 'example' || key === 'examples' || key === 'default' ? child : withoutNullable(child),
    ]),
  );
  if (nullable === true && mapped['type'] !== undefined) {
    mapped['type'] = [mapped['type'], 'null'].flat();
  }
  return mapped;
}
