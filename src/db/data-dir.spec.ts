import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DataDir } from './data-dir.js';

describe('DataDir', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccs-data-dir-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function mode(path: string): Promise<number> {
    return (await stat(path)).mode & 0o777;
  }

  it('makes its folder, which nobody else can list or write to', async () => {
    const path = join(folder, 'some', 'where');
    const dataDir = await DataDir.open(path);
    expect(dataDir.path).toBe(path);
    expect((await mode(path)) & 0o066).toBe(0);
  });

  it('takes a folder that is there, with what is in it', async () => {
    await writeFile(join(folder, 'kept'), 'as it was');
    await DataDir.open(folder);
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('as it was');
  });

  it('resolves its path once, where the process is at the time', async () => {
    const { path } = await DataDir.open(relative(process.cwd(), folder));
    expect(path).toBe(folder);
  });

  it('makes a secret once, for its owner alone', async () => {
    const dataDir = await DataDir.open(folder);
    expect(await dataDir.secret('key', () => 'first')).toBe('first');
    expect(await dataDir.secret('key', () => 'second')).toBe('first');
    expect(await (await DataDir.open(folder)).secret('key', () => 'third')).toBe('first');
    expect(await dataDir.secret('other', () => 'another')).toBe('another');
    expect(await mode(join(folder, 'key'))).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['key', 'other']);
  });

  it('reads a secret that was written by hand', async () => {
    await writeFile(join(folder, 'keys'), ' new\nold\n\n');
    const dataDir = await DataDir.open(folder);
    expect(await dataDir.secret('keys', () => 'made')).toBe('new\nold');
  });

  it('gives all who make a secret at once the same one, and leaves nothing beside it', async () => {
    const dataDir = await DataDir.open(folder);
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) => dataDir.secret('key', () => `key ${index}`)),
    );
    expect(new Set(made).size).toBe(1);
    expect(await readdir(folder)).toEqual(['key']);
  });

  it('keeps the cluster in a closed folder of its own', async () => {
    const dataDir = await DataDir.open(folder);
    const cluster = await dataDir.clusterFolder(null);
    expect(cluster).toBe(join(folder, 'postgres'));
    expect(await mode(cluster)).toBe(0o700);
    await mkdir(join(cluster, 'data'));
    expect(await dataDir.clusterFolder(null)).toBe(cluster);
    expect(await readdir(cluster)).toEqual(['data']);
  });

  it('keeps copied programs in itself, and away from it where another account runs them', async () => {
    const dataDir = await DataDir.open(folder);
    expect(dataDir.programsFolder(null)).toBe(folder);
    expect(dataDir.programsFolder({ ids: { uid: 70, gid: 70 } })).toBe(
      '/var/lib/custom-connector-service',
    );
  });
});
