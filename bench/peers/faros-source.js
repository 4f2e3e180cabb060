// The benchmarks' list as a source of the Faros CDK for Airbyte connectors, a process for each read:
//   faros-source.js read --config <file> --catalog <file>
// Not checked by the compiler: its packages are bench/'s own, and there only once the runner installed them.
import {
  AirbyteSourceBase,
  AirbyteSourceLogger,
  AirbyteSourceRunner,
  AirbyteSpec,
  AirbyteStreamBase,
} from 'faros-airbyte-cdk';
import { makeAxiosInstanceWithRetry } from 'faros-js-client';
import { mapByHand } from '../records.js';

class Products extends AirbyteStreamBase {
  constructor(logger, { url }) {
    super(logger);
    this.url = url;
    this.http = makeAxiosInstanceWithRetry({}, logger.asPino());
  }

  get name() {
    return 'products';
  }

  get primaryKey() {
    return 'id';
  }

  getJsonSchema() {
    return {
      type: 'object',
      properties: { id: { type: 'string' }, fields: { type: 'object' } },
    };
  }

  async *readRecords() {
    for (let page = 1; page;) {
      const { data } = await this.http.get(this.url, { params: { page } });
      for (const record of data.data) yield mapByHand(record);
      page = data.next_page;
    }
  }
}

class Shop extends AirbyteSourceBase {
  get type() {
    return 'bench';
  }

  async spec() {
    return new AirbyteSpec({
      connectionSpecification: {
        type: 'object',
        required: ['url'],
        properties: { url: { type: 'string' } },
      },
    });
  }

  async checkConnection() {
    return [true, undefined];
  }

  streams(config) {
    return [new Products(this.logger, config)];
  }
}

const logger = new AirbyteSourceLogger();
await new AirbyteSourceRunner(logger, new Shop(logger)).mainCommand().parseAsync();
