-- A projection like the rest of the row; for runs of before it is taken from the event that ended them.
ALTER TABLE "Run" ADD COLUMN "failure" TEXT;
UPDATE "Run" SET "failure" = (
  SELECT CASE WHEN json_extract("data", '$.error.retryable') THEN 'retryable' ELSE 'final' END
  FROM "RunEvent" WHERE "runId" = "Run"."id" AND "type" = 'run.failed' LIMIT 1
) WHERE "status" = 'failed';
CREATE INDEX "Run_parentRunId_idx" ON "Run"("parentRunId");
