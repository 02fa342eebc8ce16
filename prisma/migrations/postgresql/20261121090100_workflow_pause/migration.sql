-- Null: not paused. 'new': no run begins. 'all': those that have begun start no step either.
ALTER TABLE "Workflow" ADD COLUMN "paused" TEXT;
