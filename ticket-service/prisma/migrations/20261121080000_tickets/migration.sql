CREATE TABLE `tickets` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `inv_gate_id` BIGINT UNSIGNED NOT NULL,
  `source_id` BIGINT NOT NULL,
  `creator_id` BIGINT NOT NULL,
  `customer_id` BIGINT NOT NULL,
  `category_id` BIGINT NOT NULL,
  `type_id` BIGINT NOT NULL,
  `priority_id` BIGINT NOT NULL,
  `title` VARCHAR(255) NOT NULL,
  `description` MEDIUMTEXT NOT NULL,
  `creator_email` VARCHAR(320) NOT NULL,
  `creator_key` VARCHAR(320) NOT NULL,
  `user_id` BIGINT UNSIGNED NULL,
  `status` VARCHAR(16) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  `synced_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `tickets_tenant_id_inv_gate_id_key` (`tenant_id`, `inv_gate_id`),
  INDEX `tickets_tenant_id_creator_key_inv_gate_id_idx` (`tenant_id`, `creator_key`, `inv_gate_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `attachments` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `filename` VARCHAR(255) NOT NULL,
  `declared_type` VARCHAR(255) NULL,
  `sniffed_type` VARCHAR(255) NULL,
  `size` BIGINT UNSIGNED NOT NULL,
  `sha256` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `attachments_ticket_id_id_idx` (`ticket_id`, `id`),
  CONSTRAINT `attachments_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
