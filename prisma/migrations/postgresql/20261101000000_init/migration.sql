-- CreateTable
CREATE TABLE "Workflow" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "searchText" TEXT NOT NULL,
    "graph" TEXT NOT NULL,
    "nodeCount" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "latestVersion" INTEGER,
    "createdAt" DOUBLE PRECISION NOT NULL,
    "updatedAt" DOUBLE PRECISION NOT NULL
);

-- CreateTable
CREATE TABLE "WorkflowVersion" (
    "workflowId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "graphHash" TEXT NOT NULL,
    "createdAt" DOUBLE PRECISION NOT NULL,

    PRIMARY KEY ("workflowId", "version"),
    CONSTRAINT "WorkflowVersion_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "GraphBlob" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "json" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "workflowId" TEXT NOT NULL,
    "workflowName" TEXT NOT NULL,
    "version" INTEGER,
    "status" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "priority" DOUBLE PRECISION NOT NULL,
    "parentRunId" TEXT,
    "forkedFrom" TEXT,
    "createdAt" DOUBLE PRECISION NOT NULL,
    "startedAt" DOUBLE PRECISION,
    "finishedAt" DOUBLE PRECISION,
    "error" TEXT,
    "lastEventAt" DOUBLE PRECISION NOT NULL
);

-- CreateTable
CREATE TABLE "RunEvent" (
    "runId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "recordedAt" DOUBLE PRECISION NOT NULL,
    "type" TEXT NOT NULL,
    "data" TEXT NOT NULL,

    PRIMARY KEY ("runId", "seq"),
    CONSTRAINT "RunEvent_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "RunKey" (
    "workflowId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "runId" TEXT NOT NULL,

    PRIMARY KEY ("workflowId", "key")
);

-- CreateTable
CREATE TABLE "Snapshot" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "name" TEXT,
    "createdAt" DOUBLE PRECISION NOT NULL,
    "state" TEXT NOT NULL,
    CONSTRAINT "Snapshot_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "LogLine" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "at" DOUBLE PRECISION NOT NULL,
    "level" INTEGER NOT NULL,
    "component" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "searchText" TEXT NOT NULL,
    "runId" TEXT,
    "nodeId" TEXT,
    "data" TEXT
);

-- CreateIndex
CREATE INDEX "Workflow_updatedAt_id_idx" ON "Workflow"("updatedAt", "id");

-- CreateIndex
CREATE INDEX "Run_createdAt_id_idx" ON "Run"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Run_workflowId_createdAt_id_idx" ON "Run"("workflowId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Run_status_createdAt_id_idx" ON "Run"("status", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Snapshot_runId_seq_idx" ON "Snapshot"("runId", "seq");

-- CreateIndex
CREATE INDEX "LogLine_runId_id_idx" ON "LogLine"("runId", "id");

-- CreateIndex
CREATE INDEX "LogLine_level_id_idx" ON "LogLine"("level", "id");

-- CreateIndex
CREATE INDEX "LogLine_component_id_idx" ON "LogLine"("component", "id");

-- CreateIndex
CREATE INDEX "LogLine_category_id_idx" ON "LogLine"("category", "id");
