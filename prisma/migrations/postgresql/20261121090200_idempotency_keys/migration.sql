-- Keys of before have no body to compare with (''), and are as old as their run.
ALTER TABLE "RunKey" ADD COLUMN "bodyHash" TEXT NOT NULL DEFAULT '';
ALTER TABLE "RunKey" ADD COLUMN "claimedAt" DOUBLE PRECISION NOT NULL DEFAULT 0;
UPDATE "RunKey" SET "claimedAt" = COALESCE((SELECT "createdAt" FROM "Run" WHERE "Run"."id" = "RunKey"."runId"), 0);
CREATE INDEX "RunKey_claimedAt_idx" ON "RunKey"("claimedAt");
