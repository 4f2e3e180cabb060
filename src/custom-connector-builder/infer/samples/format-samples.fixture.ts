import type { InferCase } from './infer-case.fixture.js';

/** Formats that many APIs share. */
export const FORMATS: InferCase[] = [
  {
    title: 'GeoJSON features',
    sample: {
      type: 'FeatureCollection',
      metadata: { generated: 1767261600000, title: 'Quakes', count: 2 },
      features: [
        {
          type: 'Feature',
          properties: {
            mag: 1.4,
            place: '8 km N of Here',
            time: 1767261000123,
            updated: 1767261500000,
            tz: null,
            felt: null,
            code: '0042',
            title: 'M 1.4',
          },
          geometry: { type: 'Point', coordinates: [-116.8, 33.3, 12.3] },
          id: 'ci4021',
        },
        {
          type: 'Feature',
          properties: {
            mag: 2,
            place: 'There',
            time: 1767261100000,
            updated: 1767261600000,
            tz: null,
            felt: 3,
            code: '0043',
            title: 'M 2.0',
          },
          geometry: { type: 'Point', coordinates: [-117.1, 34.0, 2] },
          id: 'ci4022',
        },
      ],
      bbox: [-117.1, 33.3, 2, -116.8, 34, 12.3],
    },
    recordArrayPath: 'features',
    idPath: 'id',
    records: 2,
    fields: {
      type: 'text',
      'properties.mag': 'numeric mag',
      'properties.place': 'text place',
      'properties.time': 'timestamp time',
      'properties.updated': 'timestamp updated',
      'properties.tz': 'jsonb tz',
      'properties.felt': 'numeric felt',
      'properties.code': 'text code',
      'properties.title': 'text title',
      geometry: 'jsonb',
      id: 'text',
    },
  },
  {
    title: 'GeoJSON features whose id is a property',
    sample: {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [4.9, 52.4] },
          properties: { id: 'NL-1', name: 'Dam' },
        },
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [4.5, 51.9] },
          properties: { id: 'NL-2', name: 'Kade' },
        },
      ],
    },
    recordArrayPath: 'features',
    idPath: 'properties.id',
    records: 2,
    fields: {
      type: 'text',
      geometry: 'jsonb',
      'properties.id': 'text id',
      'properties.name': 'text name',
    },
  },
  {
    title: 'JSON:API articles',
    sample: {
      jsonapi: { version: '1.1' },
      links: { self: 'https://api.example/articles', next: null },
      data: [
        {
          type: 'articles',
          id: '1',
          attributes: {
            title: 'Slip',
            body: 'The shortest',
            created: '2025-05-22T14:56:29.000Z',
            'word-count': 120,
          },
          relationships: { author: { data: { id: '42', type: 'people' } } },
          links: { self: 'https://api.example/articles/1' },
        },
        {
          type: 'articles',
          id: '2',
          attributes: {
            title: 'Grog',
            body: 'The longest',
            created: '2025-05-23T14:56:29.000Z',
            'word-count': 950,
          },
          relationships: { author: { data: { id: '43', type: 'people' } } },
          links: { self: 'https://api.example/articles/2' },
        },
      ],
      included: [
        { type: 'people', id: '42', attributes: { name: 'Ank' } },
        { type: 'people', id: '43', attributes: { name: 'Bo' } },
        { type: 'people', id: '44', attributes: { name: 'Cas' } },
      ],
    },
    recordArrayPath: 'data',
    idPath: 'id',
    records: 2,
    fields: {
      type: 'text',
      id: 'text',
      'attributes.title': 'text title',
      'attributes.body': 'text body',
      'attributes.created': 'timestamp created',
      'attributes.word-count': 'numeric word-count',
      relationships: 'jsonb',
      'links.self': 'text links',
    },
  },
];
