-- CreateTable
CREATE TABLE "runs" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "connector_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "function" TEXT NOT NULL,
    "table_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "error" JSON,
    "request_count" INTEGER NOT NULL,
    "requests_dropped" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "log_dropped" INTEGER NOT NULL,
    "summary" JSON,
    "responses" JSON,
    "requests" JSON NOT NULL,
    "log" JSON NOT NULL,

    CONSTRAINT "runs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "runs_connector_id_user_id_started_at_id_idx" ON "runs"("connector_id", "user_id", "started_at", "id");

-- CreateIndex
CREATE INDEX "runs_started_at_idx" ON "runs"("started_at");

-- AddForeignKey
ALTER TABLE "runs" ADD CONSTRAINT "runs_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "custom_connectors"("id") ON DELETE CASCADE ON UPDATE CASCADE;
