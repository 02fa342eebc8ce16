-- CreateTable
CREATE TABLE "AlertRule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "rule" TEXT NOT NULL,
    "createdAt" DOUBLE PRECISION NOT NULL,
    "updatedAt" DOUBLE PRECISION NOT NULL
);

-- CreateTable
CREATE TABLE "Alert" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ruleId" TEXT NOT NULL,
    "ruleUpdatedAt" DOUBLE PRECISION NOT NULL,
    "ruleName" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "seenAt" DOUBLE PRECISION NOT NULL,
    "firedAt" DOUBLE PRECISION,
    "endedAt" DOUBLE PRECISION,
    "acknowledgedAt" DOUBLE PRECISION,
    "acknowledgedBy" TEXT
);

-- CreateTable
CREATE TABLE "Silence" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ruleId" TEXT,
    "subject" TEXT,
    "comment" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "startsAt" DOUBLE PRECISION NOT NULL,
    "endsAt" DOUBLE PRECISION NOT NULL
);

-- CreateIndex
CREATE INDEX "Alert_endedAt_idx" ON "Alert"("endedAt");

-- CreateIndex
CREATE INDEX "Alert_firedAt_id_idx" ON "Alert"("firedAt", "id");
