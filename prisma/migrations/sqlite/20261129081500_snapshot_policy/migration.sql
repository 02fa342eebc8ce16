-- Null: after every step. Else JSON of domain/run/snapshot-policy.ts.
ALTER TABLE "Workflow" ADD COLUMN "snapshots" TEXT;
