-- CreateIndex
CREATE INDEX "snapshot_generations_dead_generation_idx" ON "snapshot_generations"("dead", "generation");
