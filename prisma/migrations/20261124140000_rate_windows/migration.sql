-- CreateTable
-- Unlogged, for it is written often and worth nothing after a minute.
CREATE UNLOGGED TABLE "rate_windows" (
    "user_id" TEXT NOT NULL,
    "used" INTEGER NOT NULL,
    "granted" INTEGER NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_windows_pkey" PRIMARY KEY ("user_id")
);

-- AddForeignKey
ALTER TABLE "rate_windows" ADD CONSTRAINT "rate_windows_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
