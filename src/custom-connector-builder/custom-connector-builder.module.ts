import { Module } from '@nestjs/common';

/** Routes that help to make a connector: from a description, a sample or an OpenAPI document. */
@Module({})
export class CustomConnectorBuilderModule {}
