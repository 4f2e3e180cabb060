import fc from 'fast-check';
import { hostOf } from '../common/host-name.js';
import { AddressPolicy } from './address-policy.js';

describe('AddressPolicy with the host of a URL', () => {
  const policy = new AddressPolicy({ allow: [] });

  it('refuses an inner address in every spelling that a URL parser understands', () => {
    const inner = fc.oneof(
      fc.nat(0xff_ffff).map((low) => 0x7f00_0000 + low),
      fc.nat(0xff_ffff).map((low) => 0x0a00_0000 + low),
      fc.nat(0xffff).map((low) => 0xc0a8_0000 + low),
    );
    const spellings: ((value: number) => string)[] = [
      String,
      (value) => `0x${value.toString(16)}`,
      (value) => `0${value.toString(8)}`,
      (value) =>
        octets(value)
          .map((octet) => `0${octet.toString(8)}`)
          .join('.'),
      (value) =>
        octets(value)
          .map((octet) => `0x${octet.toString(16)}`)
          .join('.'),
      (value) => `${octets(value).join('.')}.`,
      (value) => octets(value).join('。'),
      (value) => octets(value).join('.').replace(/./g, percent),
      (value) => octets(value).join('.').replace(/./g, fullWidth),
      (value) => `[::ffff:${octets(value).join('.')}]`,
      (value) => `[64:ff9b::${octets(value).join('.')}]`,
      (value) => `[::${octets(value).join('.')}]`,
    ];
    fc.assert(
      fc.property(inner, fc.constantFrom(...spellings), (value, spell) => {
        const host = hostOf(new URL(`http://${spell(value)}:8080/`)) ?? '';
        expect(policy.hostRefusal({ host, port: 8080 })).toContain('EGRESS_ALLOW');
      }),
    );
  });
});

function octets(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}

function fullWidth(character: string): string {
  return character === '.' ? '．' : String.fromCharCode(character.charCodeAt(0) + 0xfee0);
}
