-- CreateTable
CREATE TABLE "jobs" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "data" JSON NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_id" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "snapshots" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "connector_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "wanted" JSON,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "error" JSON,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "snapshots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "snapshot_tables" (
    "user_id" TEXT NOT NULL,
    "snapshot_id" TEXT NOT NULL,
    "table_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "generation" BIGINT,
    "whole" BOOLEAN NOT NULL DEFAULT false,
    "staging" BIGINT,
    "records" INTEGER NOT NULL DEFAULT 0,
    "columns" JSON,
    "mapping_hash" BYTEA,
    "summary" JSON,
    "progress" JSON,
    "error" JSON,
    "copied_at" TIMESTAMPTZ(3),

    CONSTRAINT "snapshot_tables_pkey" PRIMARY KEY ("user_id","snapshot_id","table_id")
);

-- CreateTable
CREATE TABLE "snapshot_generations" (
    "user_id" TEXT NOT NULL,
    "generation" BIGSERIAL NOT NULL,
    "snapshot_id" TEXT NOT NULL,
    "table_id" TEXT NOT NULL,
    "dead" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "snapshot_generations_pkey" PRIMARY KEY ("user_id","generation")
);

-- CreateTable
CREATE TABLE "snapshot_records" (
    "user_id" TEXT NOT NULL,
    "generation" BIGINT NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "fields" JSONB NOT NULL,
    "gone" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "snapshot_records_pkey" PRIMARY KEY ("user_id","generation","id")
);

-- CreateTable
CREATE TABLE "snapshot_edits" (
    "user_id" TEXT NOT NULL,
    "snapshot_id" TEXT NOT NULL,
    "table_id" TEXT NOT NULL,
    "record_id" TEXT COLLATE "C" NOT NULL,
    "change_id" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "fields" JSONB NOT NULL,
    "base" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "error" JSON,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "snapshot_edits_pkey" PRIMARY KEY ("user_id","snapshot_id","table_id","record_id")
);

-- CreateTable
CREATE TABLE "snapshot_publications" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "snapshot_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "on_conflict" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stop_requested" BOOLEAN NOT NULL DEFAULT false,
    "error" JSON,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "snapshot_publications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "snapshot_publication_changes" (
    "user_id" TEXT NOT NULL,
    "publication_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "change_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "table_id" TEXT NOT NULL,
    "record_id" TEXT NOT NULL,
    "op" TEXT NOT NULL,
    "fields" JSONB NOT NULL,
    "base" JSONB NOT NULL,
    "theirs" JSONB,
    "plan" TEXT,
    "outcome" TEXT NOT NULL DEFAULT 'waiting',
    "sent_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "created_id" TEXT,
    "error" JSON,
    "idempotency_key" TEXT NOT NULL,

    CONSTRAINT "snapshot_publication_changes_pkey" PRIMARY KEY ("user_id","publication_id","position")
);

-- CreateTable
CREATE TABLE "snapshot_remains" (
    "user_id" TEXT NOT NULL,
    "snapshot_id" TEXT NOT NULL,

    CONSTRAINT "snapshot_remains_pkey" PRIMARY KEY ("user_id","snapshot_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "jobs_subject_id_key" ON "jobs"("subject_id");

-- CreateIndex
CREATE INDEX "jobs_user_id_idx" ON "jobs"("user_id");

-- CreateIndex
CREATE INDEX "snapshots_user_id_created_at_id_idx" ON "snapshots"("user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "snapshots_connector_id_idx" ON "snapshots"("connector_id");

-- CreateIndex
CREATE INDEX "snapshot_tables_snapshot_id_idx" ON "snapshot_tables"("snapshot_id");

-- CreateIndex
CREATE INDEX "snapshot_generations_user_id_snapshot_id_idx" ON "snapshot_generations"("user_id", "snapshot_id");

-- CreateIndex
CREATE UNIQUE INDEX "snapshot_edits_user_id_snapshot_id_change_id_key" ON "snapshot_edits"("user_id", "snapshot_id", "change_id");

-- CreateIndex
CREATE INDEX "snapshot_publications_user_id_snapshot_id_created_at_id_idx" ON "snapshot_publications"("user_id", "snapshot_id", "created_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "snapshot_publication_changes_user_id_publication_id_change__key" ON "snapshot_publication_changes"("user_id", "publication_id", "change_id");

-- AddForeignKey
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "custom_connectors"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "snapshot_tables" ADD CONSTRAINT "snapshot_tables_snapshot_id_fkey" FOREIGN KEY ("snapshot_id") REFERENCES "snapshots"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whatever deletes a snapshot, what hangs on it by its id alone is noted, to be removed in steps. Inside of
-- the function \003B stands for a semicolon, at each of which the service divides this file.
CREATE FUNCTION "note_snapshot_remains"() RETURNS trigger LANGUAGE plpgsql AS U&'
BEGIN
    INSERT INTO "snapshot_remains" ("user_id", "snapshot_id") VALUES (OLD."user_id", OLD."id")
    ON CONFLICT DO NOTHING\003B
    RETURN NULL\003B
END
';

CREATE TRIGGER "snapshot_deleted" AFTER DELETE ON "snapshots"
FOR EACH ROW EXECUTE FUNCTION "note_snapshot_remains"();
