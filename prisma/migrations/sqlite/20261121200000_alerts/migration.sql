-- CreateTable
CREATE TABLE "AlertRule" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "rule" TEXT NOT NULL,
    "createdAt" REAL NOT NULL,
    "updatedAt" REAL NOT NULL
);

-- CreateTable
CREATE TABLE "Alert" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ruleId" TEXT NOT NULL,
    "ruleUpdatedAt" REAL NOT NULL,
    "ruleName" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "value" REAL,
    "seenAt" REAL NOT NULL,
    "firedAt" REAL,
    "endedAt" REAL,
    "acknowledgedAt" REAL,
    "acknowledgedBy" TEXT
);

-- CreateTable
CREATE TABLE "Silence" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ruleId" TEXT,
    "subject" TEXT,
    "comment" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "startsAt" REAL NOT NULL,
    "endsAt" REAL NOT NULL
);

-- CreateIndex
CREATE INDEX "Alert_endedAt_idx" ON "Alert"("endedAt");

-- CreateIndex
CREATE INDEX "Alert_firedAt_id_idx" ON "Alert"("firedAt", "id");
