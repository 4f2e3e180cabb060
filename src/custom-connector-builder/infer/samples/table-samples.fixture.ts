import type { InferCase } from './infer-case.fixture.js';

/** Rows of tables that people keep. */
export const TABLES: InferCase[] = [
  {
    title: 'Airtable records',
    sample: {
      records: [
        {
          id: 'rec560UJdUtocSouk',
          createdTime: '2025-09-12T06:51:12.000Z',
          fields: {
            'Full Name': 'Ank Vos',
            'E-mail': 'ank@example.org',
            Paid: true,
            'Amount (€)': 12.5,
            Tags: ['new'],
            Courses: ['recA', 'recB'],
            'Start date': '2026-02-01',
            Photo: [{ id: 'att1', url: 'https://dl.example/1.png', size: 2048 }],
          },
        },
        {
          id: 'rec3lbPRG4aVqkeOQ',
          createdTime: '2025-09-13T07:00:00.000Z',
          fields: { 'Full Name': 'Bo Lind', 'Amount (€)': 40, 'Start date': '2026-02-08' },
        },
      ],
      offset: 'itrEN2TCbrcSN2BMs/rec3lbPRG4aVqkeOQ',
    },
    recordArrayPath: 'records',
    idPath: 'id',
    records: 2,
    fields: {
      id: 'text',
      createdTime: 'timestamp',
      'fields["Full Name"]': 'text Full Name',
      'fields.E-mail': 'text E-mail',
      'fields.Paid': 'boolean Paid',
      'fields["Amount (€)"]': 'numeric Amount (€)',
      'fields.Tags': 'text[] Tags',
      'fields.Courses': 'text[] Courses',
      'fields["Start date"]': 'timestamp Start date',
      'fields.Photo': 'jsonb Photo',
    },
  },
  {
    title: 'NocoDB rows',
    sample: {
      list: [
        {
          Id: 1,
          CreatedAt: '2026-01-01 10:00:00+00:00',
          UpdatedAt: null,
          Title: 'Clay',
          Weight: '12.5',
          Available: true,
          Zip: 1011,
        },
        {
          Id: 2,
          CreatedAt: '2026-01-02 10:00:00+00:00',
          UpdatedAt: null,
          Title: 'Sand',
          Weight: '3',
          Available: false,
          Zip: 1012,
        },
      ],
      pageInfo: { totalRows: 2, page: 1, pageSize: 25, isFirstPage: true, isLastPage: true },
    },
    recordArrayPath: 'list',
    idPath: 'Id',
    records: 2,
    fields: {
      Id: 'numeric',
      CreatedAt: 'timestamp',
      UpdatedAt: 'jsonb',
      Title: 'text',
      Weight: 'numeric',
      Available: 'boolean',
      Zip: 'numeric',
    },
  },
  {
    title: 'Google Sheets values, a header above them',
    sample: {
      range: 'Sheet1!A1:D4',
      majorDimension: 'ROWS',
      values: [
        ['Order no', 'Customer', 'Total', 'Ordered on'],
        ['0007', 'Ank', '12.50', '2026-01-04'],
        ['0008', 'Bo', '8.00', '2026-01-05'],
        ['0009', 'Cas', '40'],
      ],
    },
    recordArrayPath: '$["values"][1:]',
    idPath: '[0]',
    records: 3,
    fields: {
      '[0]': 'text Order no',
      '[1]': 'text Customer',
      '[2]': 'numeric Total',
      '[3]': 'timestamp Ordered on',
    },
  },
];
