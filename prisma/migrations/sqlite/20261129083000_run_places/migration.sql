-- CreateTable
CREATE TABLE "RunPlace" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "runId" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "workflowId" TEXT NOT NULL,
    "models" TEXT NOT NULL,
    "priority" REAL NOT NULL,
    "queuedAt" REAL NOT NULL,
    "begun" BOOLEAN NOT NULL,
    "placed" BOOLEAN NOT NULL
);
