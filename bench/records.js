// @ts-check
// The records that every benchmark of reading moves: 15 fields, 1 KB of JSON, of which 10 are mapped.

/** What the remote's ids count up from, so that all of them have the same length. */
const FIRST_ID = 10_000_000;

/**
 * @typedef {object} RemoteRecord
 * @property {number} id
 * @property {string} name
 * @property {string} sku
 * @property {string} price
 * @property {boolean} active
 * @property {string} created_at
 * @property {number} updated
 * @property {string[]} tags
 * @property {{ on_hand: number, reserved: number }} inventory
 * @property {{ name: string, country: string }} vendor
 * @property {Record<string, string | number>} attributes
 */

/** The mapping of the ten fields, as a connector has it. */
export const MAPPING = {
  recordArrayPath: 'data',
  idPath: 'id',
  fields: [
    { path: 'name', type: 'text', name: 'Name' },
    { path: 'sku', type: 'text', name: 'SKU' },
    { path: 'price', type: 'numeric', name: 'Price' },
    { path: 'active', type: 'boolean', name: 'Active' },
    { path: 'created_at', type: 'timestamp', name: 'Created' },
    { path: 'updated', type: 'timestamp', name: 'Updated' },
    { path: 'tags', type: 'text[]', name: 'Tags' },
    { path: 'inventory.on_hand', type: 'numeric', name: 'Stock' },
    { path: 'vendor.name', type: 'text', name: 'Vendor' },
    { path: 'attributes', type: 'jsonb', name: 'Attributes' },
  ],
};

/**
 * The same, as one writes it by hand for an API that one trusts. Its text also serves as connector
 * code, so it uses nothing from outside.
 * @param {RemoteRecord} record
 */
export function mapByHand(record) {
  return {
    id: String(record.id),
    fields: {
      Name: record.name,
      SKU: record.sku,
      Price: Number(record.price),
      Active: record.active,
      Created: new Date(record.created_at).toISOString(),
      Updated: new Date(record.updated * 1000).toISOString(),
      Tags: record.tags,
      Stock: record.inventory.on_hand,
      Vendor: record.vendor.name,
      Attributes: record.attributes,
    },
  };
}

/** @param {number} n */
function recordJson(n) {
  const second = new Date(Date.UTC(2024, 0, 1) + ((n * 7_919) % 31_536_000) * 1000);
  const record = {
    id: FIRST_ID + n,
    name: `Product number ${n % 1_000} of the catalogue`,
    sku: `SKU-${(n * 7_919) % 100_000}`,
    price: `${n % 500}.${String(n % 100).padStart(2, '0')}`,
    active: n % 3 !== 0,
    created_at: second.toISOString().replace('.000Z', '+02:00'),
    updated: second.getTime() / 1000 + 86_400,
    tags: ['new', `group-${n % 17}`, `season-${n % 4}`],
    inventory: { on_hand: n % 900, reserved: n % 7 },
    vendor: { name: `Vendor ${n % 40} & Sons`, country: 'AT' },
    attributes: { color: 'dark green', width_mm: 100 + (n % 50), material: 'oak', finish: 'oiled' },
    url: `https://shop.example.com/catalogue/products/${n % 1_000}?lang=en`,
    warehouse: `W${n % 9}`,
    checksum: String(n * 2_654_435_761).padStart(16, '0'),
    description: '',
  };
  const missing = 1_000 - JSON.stringify(record).length;
  record.description = 'A fine thing, made to last. '.repeat(40).slice(0, missing);
  return JSON.stringify(record);
}

/** @typedef {{ bytes: Buffer, idOffsets: number[] }} Template */

/** Different pages that are made beforehand; a request costs one copy, and the ids written into it. */
const VARIANTS = 8;

/**
 * Makes the pages of a list of `pageSize` records each, with ids that no other page has.
 * @param {number} pageSize
 */
export function pageMaker(pageSize) {
  const templates = Array.from({ length: VARIANTS }, (_, variant) => template(variant, pageSize));

  /** @param {number} page from 1 @param {number} total records of the whole list */
  return (page, total) => {
    const { bytes, idOffsets } = /** @type {Template} */ (templates[page % VARIANTS]);
    const totalPages = Math.ceil(total / pageSize);
    const more = page < totalPages ? page + 1 : null;
    const tail = `],"page":${page},"total_pages":${totalPages},"total":${total},"next_page":${more}}`;
    const body = Buffer.concat([bytes, Buffer.from(tail)]);
    const first = FIRST_ID + (page - 1) * pageSize;
    idOffsets.forEach((offset, index) => {
      body.write(String(first + index), offset, 'latin1');
    });
    return { body, more };
  };
}

/** @param {number} variant @param {number} pageSize @returns {Template} */
function template(variant, pageSize) {
  let text = '{"data":[';
  const idOffsets = Array.from({ length: pageSize }, (_, index) => {
    if (index > 0) text += ',';
    const offset = text.length + '{"id":'.length;
    text += recordJson(variant * pageSize + index);
    return offset;
  });
  return { bytes: Buffer.from(text), idOffsets };
}
