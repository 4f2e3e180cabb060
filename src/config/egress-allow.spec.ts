import fc from 'fast-check';
import { parseEgressAllow } from './egress-allow.js';

describe('parseEgressAllow', () => {
  it('reads every form', () => {
    const text =
      ' API.Corp.example., db:5432,10.0.0.5, 10.0.0.6:80,[::1]:3000,fd12::1,[fd12::2] ,10.0.0.0/8,fd00::/8,bücher.example,';
    expect(parseEgressAllow(text)).toEqual({
      rules: [
        { kind: 'host', host: 'api.corp.example' },
        { kind: 'host', host: 'db', port: 5432 },
        { kind: 'host', host: '10.0.0.5' },
        { kind: 'host', host: '10.0.0.6', port: 80 },
        { kind: 'host', host: '::1', port: 3000 },
        { kind: 'host', host: 'fd12::1' },
        { kind: 'host', host: 'fd12::2' },
        { kind: 'range', address: '10.0.0.0', bits: 8 },
        { kind: 'range', address: 'fd00::', bits: 8 },
        { kind: 'host', host: 'xn--bcher-kva.example' },
      ],
      faults: [],
    });
  });

  it('has no rules for an empty text', () => {
    expect(parseEgressAllow('')).toEqual({ rules: [], faults: [] });
  });

  it.each([
    '*.corp.example',
    'http://db',
    'user@db',
    'db:',
    'db:0',
    'db:65536',
    'db:8o',
    'a b',
    '[::1',
    '::1:3000:x',
    '[10.0.0.1]',
    '[::1]3000',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.5/8',
    '10.0.0.0/8/8',
    '010.0.0.0/8',
    'db/8',
    'fd00::/129',
    'fd00::1/8',
    '::ffff:10.0.0.0/104',
    'fe80::1%eth0',
    'a..b',
    '256.1.1.1',
    '%6cocalhost',
  ])('finds the fault of %j', (entry) => {
    const { rules, faults } = parseEgressAllow(`db,${entry},db`);
    expect(rules).toHaveLength(2);
    expect(faults).toEqual([expect.stringMatching(/^entry 2 (is|has) /)]);
    expect(faults[0]).not.toContain(entry);
  });

  it('tells all faults at once', () => {
    expect(parseEgressAllow('a b,db,db:0').faults).toEqual([
      'entry 1 is not a host name or an IP address',
      'entry 3 has a port that is not from 1 to 65535',
    ]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { rules, faults } = parseEgressAllow(text);
        expect(rules.length + faults.length).toBeLessThanOrEqual(text.split(',').length);
      }),
    );
  });
});
