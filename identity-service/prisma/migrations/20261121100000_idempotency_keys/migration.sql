CREATE TABLE `idempotency_keys` (
  `id` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `fingerprint` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `resource` VARCHAR(64) NULL,
  `locked_until` DATETIME(3) NOT NULL,
  `asked` INT UNSIGNED NOT NULL DEFAULT 1,
  `status` SMALLINT UNSIGNED NULL,
  `content_type` VARCHAR(100) NULL,
  `body` MEDIUMBLOB NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `idempotency_keys_created_at_idx` (`created_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
