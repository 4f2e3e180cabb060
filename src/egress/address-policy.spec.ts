import { AddressPolicy } from './address-policy.js';
import { parseEgressAllow } from '../config/egress-allow.js';

function policyOf(allow = '', localAddresses: string[] = []): AddressPolicy {
  const { rules } = parseEgressAllow(allow);
  return new AddressPolicy({ allow: rules, localAddresses: () => localAddresses });
}

function refusal(policy: AddressPolicy, address: string, host = 'api.example.com', port = 443) {
  return policy.addressRefusal(address, { host, port });
}

describe('AddressPolicy', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['10.0.0.5', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['100.64.0.1', 'carrier NAT'],
    ['100.127.255.255', 'carrier NAT'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'reserved'],
    ['4000::1', 'reserved'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['fec0::1', 'reserved'],
    ['fc00::1', 'unique-local'],
    ['fd12:3456::1', 'unique-local'],
    ['ff02::1', 'multicast'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:10.0.0.5', 'private'],
    ['::ffff:0:10.0.0.5', 'translated'],
    ['64:ff9b::10.0.0.5', 'NAT64'],
    ['64:ff9b::8.8.8.8', 'NAT64'],
    ['64:ff9b:1::1', 'NAT64'],
    ['2002:7f00:1::', '6to4'],
    ['2002:808:808::1', '6to4'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'reserved'],
    ['100::1', 'reserved'],
  ])('refuses %s as %s', (address, kind) => {
    expect(refusal(policyOf(), address)).toContain(kind);
    expect(refusal(policyOf(), address)).toContain('EGRESS_ALLOW');
  });

  it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])(
    'admits the public address %s',
    (address) => {
      expect(refusal(policyOf(), address)).toBeUndefined();
    },
  );

  it.each(['0177.0.0.1', '2130706433', '0x7f.1', '127.1', 'localhost', ''])(
    'takes %j for no address at all',
    (address) => {
      expect(refusal(policyOf('0.0.0.0/0'), address)).toContain('did not resolve');
    },
  );

  it('says which host, which address and what to do', () => {
    expect(refusal(policyOf(), '10.0.0.5', 'api.corp.example')).toBe(
      'api.corp.example resolves to 10.0.0.5, a private address; ' +
        'an operator can allow it with EGRESS_ALLOW',
    );
    expect(policyOf().hostRefusal({ host: '10.0.0.5', port: 80 })).toBe(
      '10.0.0.5 is a private address; an operator can allow it with EGRESS_ALLOW',
    );
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::a9fe:a9fe',
    '::ffff:169.254.169.254',
    '::169.254.169.254',
    '::ffff:0:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    '2001::5601:5601',
  ])('never admits the cloud metadata at %s', (address) => {
    const policy = policyOf(`0.0.0.0/0, ::/0, api.example.com, 169.254.169.254`);
    expect(refusal(policy, address)).toContain('cloud metadata');
  });

  it.each(['metadata.google.internal', 'metadata', 'metadata.goog', 'instance-data'])(
    'never admits the metadata name %s',
    (host) => {
      expect(policyOf(host).hostRefusal({ host, port: 80 })).toContain('cloud metadata');
    },
  );

  it.each(['localhost', 'a.localhost', 'printer.local', 'api.internal', 'db', 'com'])(
    'refuses the local name %s unless it is named',
    (host) => {
      expect(policyOf('0.0.0.0/0').hostRefusal({ host, port: 80 })).toContain('local name');
      expect(policyOf(host).hostRefusal({ host, port: 80 })).toBeUndefined();
      expect(policyOf(`${host}:81`).hostRefusal({ host, port: 80 })).toContain('local name');
    },
  );

  it('lets a rule open what it names and no more', () => {
    const policy = policyOf('api.corp.example:8080, 10.1.0.0/16, 192.168.0.7, [fd12::1]:90');
    expect(refusal(policy, '10.9.0.1', 'api.corp.example', 8080)).toBeUndefined();
    expect(refusal(policy, '10.9.0.1', 'api.corp.example', 8081)).toBeDefined();
    expect(refusal(policy, '10.9.0.1', 'www.api.corp.example', 8080)).toBeDefined();
    expect(refusal(policy, '10.1.2.3', 'any.example', 1)).toBeUndefined();
    expect(refusal(policy, '::ffff:10.1.2.3', 'any.example', 1)).toBeUndefined();
    expect(refusal(policy, '10.2.0.1', 'any.example', 1)).toBeDefined();
    expect(refusal(policy, '192.168.0.7', 'any.example', 443)).toBeUndefined();
    expect(refusal(policy, '192.168.0.8', 'any.example', 443)).toBeDefined();
    expect(refusal(policy, 'fd12::1', 'fd12::1', 90)).toBeUndefined();
    expect(refusal(policy, 'fd12::1', 'fd12::1', 91)).toBeDefined();
  });

  it('never admits the listeners of the service, whatever an operator opened', () => {
    const policy = policyOf('0.0.0.0/0, ::/0, localhost, db.example', ['192.0.2.10', '8.8.4.4']);
    policy.forbid({ address: '127.0.0.1', port: 3010 });
    policy.forbid({ address: '0.0.0.0', port: 4000 });
    policy.forbid({ port: 4001 });
    policy.forbid({ address: 'db.example', port: 5432 });
    policy.forbid({ address: '1.2.3.4', port: 5433 });
    const closed = (address: string, port: number) =>
      refusal(policy, address, 'any.example', port)?.includes('this service itself') ?? false;
    for (const address of ['127.0.0.1', '127.9.9.9', '0.0.0.0', '::', '::1', '::ffff:127.0.0.1']) {
      for (const port of [3010, 4000, 4001]) expect(closed(address, port)).toBe(true);
      expect(closed(address, 3011)).toBe(false);
    }
    expect(closed('192.0.2.10', 3010)).toBe(false);
    expect(closed('192.0.2.10', 4000)).toBe(true);
    expect(closed('8.8.4.4', 4001)).toBe(true);
    expect(closed('8.8.8.8', 4001)).toBe(false);
    expect(closed('1.2.3.4', 5433)).toBe(true);
    expect(closed('64:ff9b::1.2.3.4', 5433)).toBe(true);
    expect(policy.hostRefusal({ host: 'db.example', port: 5432 })).toContain('this service itself');
    expect(policy.hostRefusal({ host: 'db.example', port: 5431 })).toBeUndefined();
  });

  it('knows the addresses of this machine by itself', () => {
    const policy = new AddressPolicy({
      allow: parseEgressAllow('0.0.0.0/0,::/0').rules,
      neverPorts: [{ address: '::', port: 3010 }],
    });
    expect(refusal(policy, '127.0.0.1', 'any.example', 3010)).toContain('this service itself');
  });

  it('refuses a forbidden listener that is no host', () => {
    expect(() => {
      policyOf().forbid({ address: 'a b', port: 1 });
    }).toThrow(TypeError);
  });
});
