import type { InferCase } from './infer-case.fixture.js';

/** Lists deep inside their envelopes. */
export const ENVELOPES: InferCase[] = [
  {
    title: 'Elasticsearch hits',
    sample: {
      took: 5,
      timed_out: false,
      _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
      hits: {
        total: { value: 2, relation: 'eq' },
        max_score: 1.3,
        hits: [
          {
            _index: 'pots',
            _id: '0',
            _score: 1.3,
            _source: {
              '@timestamp': '2026-01-14T14:12:12.000Z',
              'http.status': 200,
              user: { id: 'kim' },
              message: 'GET /search',
            },
          },
          {
            _index: 'pots',
            _id: '1',
            _score: 1.1,
            _source: {
              '@timestamp': '2026-01-14T14:13:12.000Z',
              'http.status': 404,
              user: { id: 'lee' },
              message: 'GET /none',
            },
          },
        ],
      },
    },
    recordArrayPath: 'hits.hits',
    idPath: '_id',
    records: 2,
    fields: {
      _index: 'text',
      _id: 'text',
      _score: 'numeric',
      '_source["@timestamp"]': 'timestamp @timestamp',
      '_source["http.status"]': 'numeric http.status',
      '_source.user.id': 'text user',
      '_source.message': 'text message',
    },
  },
  {
    title: 'HAL orders',
    sample: {
      _links: { self: { href: '/orders' }, next: { href: '/orders?page=2' } },
      currentlyProcessing: 14,
      shippedToday: 20,
      _embedded: {
        orders: [
          {
            _links: { self: { href: '/orders/123' }, basket: { href: '/baskets/98712' } },
            total: 30.0,
            currency: 'USD',
            status: 'shipped',
            orderNumber: '123',
          },
          {
            _links: { self: { href: '/orders/124' }, basket: { href: '/baskets/97213' } },
            total: 20.25,
            currency: 'USD',
            status: 'processing',
            orderNumber: '124',
          },
        ],
      },
    },
    recordArrayPath: '_embedded.orders',
    idPath: 'orderNumber',
    records: 2,
    fields: {
      _links: 'jsonb',
      total: 'numeric',
      currency: 'text',
      status: 'text',
      orderNumber: 'text',
    },
  },
  {
    title: 'OData orders',
    sample: {
      '@odata.context': 'https://odata.example/$metadata#Orders',
      '@odata.count': 2,
      value: [
        {
          '@odata.etag': 'W/"08D1694BDF3C31D9"',
          OrderID: 10248,
          CustomerID: 'VINET',
          OrderDate: '1996-07-04T00:00:00Z',
          ShippedDate: null,
          Freight: 32.38,
          ShipName: 'Vins',
          ShipPostalCode: '51100',
        },
        {
          '@odata.etag': 'W/"08D1694BDF3C31DA"',
          OrderID: 10249,
          CustomerID: 'TOMSP',
          OrderDate: '1996-07-05T00:00:00Z',
          ShippedDate: '1996-07-10T00:00:00Z',
          Freight: 11.61,
          ShipName: 'Toms',
          ShipPostalCode: '44087',
        },
      ],
    },
    recordArrayPath: 'value',
    idPath: 'OrderID',
    records: 2,
    fields: {
      '["@odata.etag"]': 'text @odata.etag',
      OrderID: 'numeric',
      CustomerID: 'text',
      OrderDate: 'timestamp',
      ShippedDate: 'timestamp',
      Freight: 'numeric',
      ShipName: 'text',
      ShipPostalCode: 'text',
    },
  },
];
