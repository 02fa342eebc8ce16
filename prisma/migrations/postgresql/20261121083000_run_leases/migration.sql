-- CreateTable
CREATE TABLE "RunLease" (
    "runId" TEXT NOT NULL PRIMARY KEY,
    "owner" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "until" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "RunLease_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
