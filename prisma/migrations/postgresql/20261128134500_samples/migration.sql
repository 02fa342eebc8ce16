-- CreateTable
CREATE TABLE "Sample" (
    "kind" TEXT NOT NULL,
    "stepMs" INTEGER NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "subject" TEXT NOT NULL,
    "figures" TEXT NOT NULL,

    PRIMARY KEY ("kind", "stepMs", "at", "subject")
);

-- CreateTable
CREATE TABLE "SampleMark" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "at" DOUBLE PRECISION NOT NULL
);

-- CreateIndex
CREATE INDEX "Sample_stepMs_at_idx" ON "Sample"("stepMs", "at");
