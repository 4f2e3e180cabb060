-- CreateTable
CREATE TABLE "write_requests" (
    "user_id" TEXT NOT NULL,
    "key_hash" BYTEA NOT NULL,
    "connector_id" TEXT NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "records" INTEGER NOT NULL,
    "lease_id" TEXT NOT NULL,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "write_requests_pkey" PRIMARY KEY ("user_id","key_hash")
);

-- CreateTable
CREATE TABLE "write_results" (
    "user_id" TEXT NOT NULL,
    "key_hash" BYTEA NOT NULL,
    "index" INTEGER NOT NULL,
    "result" TEXT NOT NULL,

    CONSTRAINT "write_results_pkey" PRIMARY KEY ("user_id","key_hash","index")
);

-- CreateIndex
CREATE INDEX "write_requests_connector_id_idx" ON "write_requests"("connector_id");

-- CreateIndex
CREATE INDEX "write_requests_created_at_idx" ON "write_requests"("created_at");

-- AddForeignKey
ALTER TABLE "write_requests" ADD CONSTRAINT "write_requests_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "write_requests" ADD CONSTRAINT "write_requests_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "custom_connectors"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "write_results" ADD CONSTRAINT "write_results_user_id_key_hash_fkey" FOREIGN KEY ("user_id", "key_hash") REFERENCES "write_requests"("user_id", "key_hash") ON DELETE CASCADE ON UPDATE CASCADE;
