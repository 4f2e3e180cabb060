import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A text encrypted for one row, and which key it takes to read it. */
export interface Sealed {
  keyId: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The text can't be decrypted: its key is not in the ring, or it was made for another row. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/**
 * The keys that encrypt secrets at rest: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce,
 * the row's id bound in as associated data, so that a ciphertext moved to another row fails.
 */
export class KeyRing {
  private readonly keys: Map<string, Buffer>;
  /** The id of the key that encrypts: the first of the ring. */
  readonly newest: string;

  /** Takes keys of 32 bytes in base64, the newest first, separated by commas or line ends. */
  constructor(keys: string) {
    this.keys = new Map(
      keys
        .split(/[,\s]+/)
        .filter((key) => key !== '')
        .map((key) => Buffer.from(key, 'base64'))
        .map((key) => [createHash('sha256').update(key).digest('hex').slice(0, 16), key]),
    );
    const newest = this.keys.keys().next().value;
    if (newest === undefined || [...this.keys.values()].some((key) => key.length !== 32)) {
      throw new Error('The encryption keys must be one or more keys of 32 bytes in base64.');
    }
    this.newest = newest;
  }

  static newKey(): string {
    return randomBytes(32).toString('base64');
  }

  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  seal(text: string, rowId: string): Sealed {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.newest), iv);
    cipher.setAAD(Buffer.from(rowId));
    const encrypted = [cipher.update(text, 'utf8'), cipher.final()];
    return {
      keyId: this.newest,
      bytes: new Uint8Array(Buffer.concat([iv, ...encrypted, cipher.getAuthTag()])),
    };
  }

  unseal({ keyId, bytes }: Sealed, rowId: string): string {
    const key = this.key(keyId);
    const iv = bytes.subarray(0, IV_BYTES);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(rowId));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      throw new UnsealError(`A secret of ${rowId} cannot be decrypted: it was changed or moved.`);
    }
  }

  private key(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (!key) throw new UnsealError(`The encryption key ${keyId} is not in ENCRYPTION_KEYS.`);
    return key;
  }
}
