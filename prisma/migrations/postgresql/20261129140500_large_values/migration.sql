-- AlterTable
ALTER TABLE "RunEvent" ADD COLUMN "large" TEXT;

-- CreateTable
CREATE TABLE "LargeValue" (
    "hash" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "json" TEXT NOT NULL,

    CONSTRAINT "LargeValue_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "RunLargeValue" (
    "runId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "RunLargeValue_pkey" PRIMARY KEY ("runId","hash")
);

-- CreateIndex
CREATE INDEX "RunLargeValue_hash_idx" ON "RunLargeValue"("hash");

-- AddForeignKey
ALTER TABLE "RunLargeValue" ADD CONSTRAINT "RunLargeValue_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunLargeValue" ADD CONSTRAINT "RunLargeValue_hash_fkey" FOREIGN KEY ("hash") REFERENCES "LargeValue"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
