-- AlterTable
ALTER TABLE "Run" ADD COLUMN "bytes" DOUBLE PRECISION NOT NULL DEFAULT 0;
UPDATE "Run" SET "bytes" = COALESCE((SELECT SUM(octet_length("data")) FROM "RunEvent" WHERE "RunEvent"."runId" = "Run"."id"), 0);

-- CreateIndex
CREATE INDEX "Sample_at_idx" ON "Sample"("at");
