-- CreateTable
CREATE TABLE "Sample" (
    "kind" TEXT NOT NULL,
    "stepMs" INTEGER NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "subject" TEXT NOT NULL,
    "figures" TEXT NOT NULL,

    CONSTRAINT "Sample_pkey" PRIMARY KEY ("kind","stepMs","at","subject")
);

-- CreateTable
CREATE TABLE "SampleMark" (
    "name" TEXT NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "SampleMark_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "Sample_stepMs_at_idx" ON "Sample"("stepMs", "at");
