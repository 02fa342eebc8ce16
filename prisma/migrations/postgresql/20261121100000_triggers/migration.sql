-- AlterTable
ALTER TABLE "Run" ADD COLUMN "origin" TEXT;

-- CreateTable
CREATE TABLE "Schedule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "workflowId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "version" TEXT,
    "priority" DOUBLE PRECISION NOT NULL,
    "missed" TEXT NOT NULL,
    "catchUp" INTEGER NOT NULL,
    "overlap" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "nextAt" DOUBLE PRECISION,
    "createdAt" DOUBLE PRECISION NOT NULL,
    "updatedAt" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "Schedule_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ScheduleFire" (
    "scheduleId" TEXT NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "decidedAt" DOUBLE PRECISION NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,

    PRIMARY KEY ("scheduleId", "at"),
    CONSTRAINT "ScheduleFire_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Hook" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "workflowId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT,
    "priority" DOUBLE PRECISION NOT NULL,
    "secretHash" TEXT NOT NULL,
    "secretEnd" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "waitMs" INTEGER NOT NULL,
    "perMinute" INTEGER NOT NULL,
    "maxBytes" INTEGER NOT NULL,
    "createdAt" DOUBLE PRECISION NOT NULL,
    "updatedAt" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "Hook_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "HookDelivery" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "hookId" TEXT NOT NULL,
    "deliveryId" TEXT,
    "receivedAt" DOUBLE PRECISION NOT NULL,
    "bytes" INTEGER NOT NULL,
    "status" INTEGER NOT NULL,
    "code" TEXT,
    "message" TEXT,
    "runId" TEXT,
    CONSTRAINT "HookDelivery_hookId_fkey" FOREIGN KEY ("hookId") REFERENCES "Hook" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Schedule_workflowId_createdAt_id_idx" ON "Schedule"("workflowId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Schedule_enabled_nextAt_idx" ON "Schedule"("enabled", "nextAt");

-- CreateIndex
CREATE INDEX "ScheduleFire_kind_idx" ON "ScheduleFire"("kind");

-- CreateIndex
CREATE INDEX "Hook_workflowId_createdAt_id_idx" ON "Hook"("workflowId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "HookDelivery_hookId_receivedAt_id_idx" ON "HookDelivery"("hookId", "receivedAt", "id");
