-- AlterTable
ALTER TABLE "RunEvent" ADD COLUMN "large" TEXT;

-- CreateTable
CREATE TABLE "LargeValue" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "bytes" INTEGER NOT NULL,
    "json" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "RunLargeValue" (
    "runId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    PRIMARY KEY ("runId", "hash"),
    CONSTRAINT "RunLargeValue_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "RunLargeValue_hash_fkey" FOREIGN KEY ("hash") REFERENCES "LargeValue" ("hash") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "RunLargeValue_hash_idx" ON "RunLargeValue"("hash");
