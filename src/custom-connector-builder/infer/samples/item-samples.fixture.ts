import type { InferCase } from './infer-case.fixture.js';

/** Entries whose attributes stand apart, and some whose don’t. */
export const ITEMS: InferCase[] = [
  {
    title: 'Strapi articles',
    sample: {
      data: [
        {
          id: 1,
          attributes: {
            title: 'Firing',
            publishedAt: '2025-12-01T10:00:00.000Z',
            rating: 4.5,
            isFeatured: true,
            seo: null,
          },
        },
        {
          id: 2,
          attributes: {
            title: 'Glazing',
            publishedAt: null,
            rating: null,
            isFeatured: false,
            seo: { metaTitle: 'Glaze', keywords: 'clay' },
          },
        },
      ],
      meta: { pagination: { page: 1, pageSize: 25, pageCount: 1, total: 2 } },
    },
    recordArrayPath: 'data',
    idPath: 'id',
    records: 2,
    fields: {
      id: 'numeric',
      'attributes.title': 'text title',
      'attributes.publishedAt': 'timestamp publishedAt',
      'attributes.rating': 'numeric rating',
      'attributes.isFeatured': 'boolean isFeatured',
      'attributes.seo.metaTitle': 'text seo_metaTitle',
      'attributes.seo.keywords': 'text seo_keywords',
    },
  },
  {
    title: 'Directus items',
    sample: {
      data: [
        {
          id: '0d1c9b1e-4a57-4b57-b5f3-1d7b5a7a0001',
          status: 'published',
          sort: 1,
          user_created: 'b7',
          date_created: '2025-11-12T13:14:15.000Z',
          title: 'Kiln manual',
          translations: [1, 2],
          cover: null,
          price: '19.00000',
        },
        {
          id: '0d1c9b1e-4a57-4b57-b5f3-1d7b5a7a0002',
          status: 'draft',
          sort: null,
          user_created: 'b7',
          date_created: '2025-11-13T13:14:15.000Z',
          title: 'Wheel manual',
          translations: [],
          cover: null,
          price: '5.25000',
        },
      ],
    },
    recordArrayPath: 'data',
    idPath: 'id',
    records: 2,
    fields: {
      id: 'text',
      status: 'text',
      sort: 'numeric',
      user_created: 'text',
      date_created: 'timestamp',
      title: 'text',
      translations: 'numeric[]',
      cover: 'jsonb',
      price: 'numeric',
    },
  },
];
