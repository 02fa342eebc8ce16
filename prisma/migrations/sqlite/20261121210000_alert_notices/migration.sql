-- AlterTable
ALTER TABLE "Alert" ADD COLUMN "notifiedAt" REAL;

-- AlterTable
ALTER TABLE "AlertRule" ADD COLUMN "removedAt" REAL;

-- CreateTable
CREATE TABLE "AlertNotice" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ruleId" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "dueAt" REAL NOT NULL,
    "attempts" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "AlertDelivery" (
    "ruleId" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "at" REAL NOT NULL,
    "attempts" INTEGER NOT NULL,
    "error" TEXT,
    "final" BOOLEAN NOT NULL,

    PRIMARY KEY ("ruleId", "url")
);
