// @ts-check
// A peer of the connector routes, in a process of its own: a Nest application as small as they come, on the
// same Express adapter and the same generated client as the service, without authentication, checks,
// encryption, versions or a log. The first argument says how to connect, as JSON for pg, the second the
// user whose connectors it serves.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Body, Controller, Get, HttpCode, Injectable, Param, Post, Put } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../dist/db/generated/client.js';
import { columnsOf, idOf, shown } from './rows.js';
import { announce } from '../serve.js';

const [, , connection = '', userId = ''] = process.argv;
const pool = new pg.Pool({ ...JSON.parse(connection), max: 20 });
/** @type {any} */
const db = new PrismaClient({ adapter: new PrismaPg(pool) });

class ConnectorsService {
  /** @param {string} id */
  async get(id) {
    return shown(await db.customConnector.findFirstOrThrow({ where: { id, userId } }));
  }

  async list() {
    const rows = await db.customConnector.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: 100,
    });
    return rows.map(shown);
  }

  /** @param {Record<string, any>} body */
  async create(body) {
    const data = { id: idOf(), userId, version: 1, ...columnsOf(body) };
    return shown(await db.customConnector.create({ data }));
  }

  /** @param {string} id @param {Record<string, any>} body */
  async update(id, body) {
    const data = { ...columnsOf(body), version: { increment: 1 }, updatedAt: new Date() };
    return shown(await db.customConnector.update({ where: { id, userId }, data }));
  }
}

class ConnectorsController {
  /** @param {ConnectorsService} connectors */
  constructor(connectors) {
    this.connectors = connectors;
  }

  list() {
    return this.connectors.list();
  }

  /** @param {string} id */
  get(id) {
    return this.connectors.get(id);
  }

  /** @param {Record<string, any>} body */
  create(body) {
    return this.connectors.create(body);
  }

  /** @param {string} id @param {Record<string, any>} body */
  update(id, body) {
    return this.connectors.update(id, body);
  }
}

// What decorators do in TypeScript.
const routes = ConnectorsController.prototype;
/** @param {'list' | 'get' | 'create' | 'update'} name @param {MethodDecorator} route */
function decorate(name, route) {
  route(routes, name, /** @type {any} */ (Object.getOwnPropertyDescriptor(routes, name)));
}
Injectable()(ConnectorsService);
decorate('list', Get());
decorate('get', Get(':id'));
Param('id')(routes, 'get', 0);
decorate('create', Post());
decorate('create', HttpCode(201));
Body()(routes, 'create', 0);
decorate('update', Put(':id'));
Param('id')(routes, 'update', 0);
Body()(routes, 'update', 1);
Reflect.defineMetadata('design:paramtypes', [ConnectorsService], ConnectorsController);
Controller('custom-connectors')(ConnectorsController);

const module = {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- Nest names a module by a class.
  module: class AppModule {},
  controllers: [ConnectorsController],
  providers: [ConnectorsService],
};
const app = await NestFactory.create(module, { logger: false });
await app.listen(0, '127.0.0.1');
announce(app.getHttpServer());
