-- CreateTable
CREATE TABLE "WorkflowOperation" (
    "workflowId" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "change" TEXT,

    PRIMARY KEY ("workflowId", "revision"),
    CONSTRAINT "WorkflowOperation_workflowId_fkey" FOREIGN KEY ("workflowId") REFERENCES "Workflow" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
