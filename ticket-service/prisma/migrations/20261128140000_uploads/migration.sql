-- Files that were sent by themselves and are named by their URL. One that no ticket names is swept after a day; one whose
-- ticket goes is named by nothing any more.
CREATE TABLE `uploads` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `owner_uid` BIGINT UNSIGNED NULL,
  `owner_key` VARCHAR(320) NOT NULL,
  `filename` VARCHAR(255) NOT NULL,
  `declared_type` VARCHAR(255) NULL,
  `sniffed_type` VARCHAR(255) NULL,
  `size` BIGINT UNSIGNED NOT NULL,
  `sha256` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `reply_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `uploads_ticket_id_created_at_idx` (`ticket_id`, `created_at`),
  INDEX `uploads_sha256_idx` (`sha256`),
  CONSTRAINT `uploads_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE SET NULL ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Whether content is still somebody's.
ALTER TABLE `attachments` ADD INDEX `attachments_sha256_idx` (`sha256`);
