-- AlterTable
ALTER TABLE "Alert" ADD COLUMN "example" TEXT;
