import type { InferCase } from './infer-case.fixture.js';

/** Pages with typed properties. */
export const PAGES: InferCase[] = [
  {
    title: 'Notion database query',
    sample: {
      object: 'list',
      next_cursor: null,
      has_more: false,
      type: 'page_or_database',
      page_or_database: {},
      request_id: '5e9b8a1c',
      results: [
        {
          object: 'page',
          id: '59833787-2cf9-4fdf-8782-e53db20768a5',
          created_time: '2025-03-01T19:05:00.000Z',
          archived: false,
          icon: null,
          parent: { type: 'database_id', database_id: 'd9824bdc' },
          url: 'https://notes.example/59833787',
          properties: {
            Name: {
              id: 'title',
              type: 'title',
              title: [
                {
                  type: 'text',
                  text: { content: 'Tuscan kale', link: null },
                  annotations: { bold: false },
                  plain_text: 'Tuscan kale',
                  href: null,
                },
              ],
            },
            Price: { id: 'BJXS', type: 'number', number: 2.5 },
            'In stock': { id: '_xCr', type: 'checkbox', checkbox: true },
            Group: {
              id: 'TJmr',
              type: 'select',
              select: { id: '96e2', name: 'Vegetable', color: 'purple' },
            },
            Stores: {
              id: 'WOd',
              type: 'multi_select',
              multi_select: [{ id: 'd209', name: 'Duc Loi Market', color: 'blue' }],
            },
            Due: {
              id: 'Ljke',
              type: 'date',
              date: { start: '2026-05-11', end: null, time_zone: null },
            },
            Site: { id: 'bB', type: 'url', url: null },
          },
        },
        {
          object: 'page',
          id: '7b1b3b0c-14cb-45a6-a4b6-d2b48faecccb',
          created_time: '2025-03-02T19:05:00.000Z',
          archived: false,
          icon: null,
          parent: { type: 'database_id', database_id: 'd9824bdc' },
          url: 'https://notes.example/7b1b3b0c',
          properties: {
            Name: {
              id: 'title',
              type: 'title',
              title: [
                {
                  type: 'text',
                  text: { content: 'Ramen ', link: null },
                  annotations: { bold: true },
                  plain_text: 'Ramen ',
                  href: null,
                },
                {
                  type: 'text',
                  text: { content: 'soup', link: null },
                  annotations: { bold: false },
                  plain_text: 'soup',
                  href: null,
                },
              ],
            },
            Price: { id: 'BJXS', type: 'number', number: null },
            'In stock': { id: '_xCr', type: 'checkbox', checkbox: false },
            Group: { id: 'TJmr', type: 'select', select: null },
            Stores: { id: 'WOd', type: 'multi_select', multi_select: [] },
            Due: { id: 'Ljke', type: 'date', date: null },
            Site: { id: 'bB', type: 'url', url: 'https://ramen.example' },
          },
        },
      ],
    },
    recordArrayPath: 'results',
    idPath: 'id',
    records: 2,
    fields: {
      object: 'text',
      id: 'text',
      created_time: 'timestamp',
      archived: 'boolean',
      icon: 'jsonb',
      'parent.type': 'text parent_type',
      'parent.database_id': 'text parent_database_id',
      url: 'text',
      '$["properties"]["Name"]["title"][*]["plain_text"]': 'text[] Name',
      'properties.Price.number': 'numeric Price',
      'properties["In stock"].checkbox': 'boolean In stock',
      'properties.Group.select.name': 'text Group',
      '$["properties"]["Stores"]["multi_select"][*]["name"]': 'text[] Stores',
      'properties.Due.date.start': 'timestamp Due',
      'properties.Site.url': 'text Site',
    },
  },
];
