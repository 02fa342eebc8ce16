-- AlterTable
ALTER TABLE "WorkflowVersion" ADD COLUMN "author" TEXT NOT NULL DEFAULT '';
