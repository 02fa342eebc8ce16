-- AlterTable
ALTER TABLE "Alert" ADD COLUMN "notifiedAt" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "AlertRule" ADD COLUMN "removedAt" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "AlertNotice" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "ruleId" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "dueAt" DOUBLE PRECISION NOT NULL,
    "attempts" INTEGER NOT NULL
);

-- CreateTable
CREATE TABLE "AlertDelivery" (
    "ruleId" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "at" DOUBLE PRECISION NOT NULL,
    "attempts" INTEGER NOT NULL,
    "error" TEXT,
    "final" BOOLEAN NOT NULL,

    PRIMARY KEY ("ruleId", "url")
);
