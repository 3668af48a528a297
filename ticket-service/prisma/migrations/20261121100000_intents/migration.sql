ALTER TABLE `tickets`
  ADD COLUMN `assigned_id` BIGINT NULL,
  ADD COLUMN `assigned_group_id` BIGINT NULL,
  ADD COLUMN `closed_at` DATETIME(3) NULL,
  ADD COLUMN `comments_as_of` DATETIME(3) NULL,
  ADD INDEX `tickets_status_synced_at_idx` (`status`, `synced_at`),
  ADD INDEX `tickets_inv_gate_id_idx` (`inv_gate_id`),
  ADD INDEX `tickets_customer_id_idx` (`customer_id`);

CREATE TABLE `ticket_intents` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `state` VARCHAR(16) NOT NULL,
  `match_key` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `draft` MEDIUMTEXT NOT NULL,
  `inv_gate_id` BIGINT UNSIGNED NULL,
  `payload` MEDIUMTEXT NULL,
  `sends` INT UNSIGNED NOT NULL DEFAULT 0,
  `sent_at` DATETIME(3) NULL,
  `attempts` INT UNSIGNED NOT NULL DEFAULT 0,
  `available_at` DATETIME(3) NOT NULL,
  `last_error` VARCHAR(500) NULL,
  `idempotency_id` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `ticket_intents_available_at_idx` (`available_at`),
  INDEX `ticket_intents_match_key_idx` (`match_key`),
  INDEX `ticket_intents_state_id_idx` (`state`, `id`),
  INDEX `ticket_intents_inv_gate_id_idx` (`inv_gate_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

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

CREATE TABLE `operator_actions` (
  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `intent_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `actor` VARCHAR(320) NOT NULL,
  `action` VARCHAR(32) NOT NULL,
  `detail` VARCHAR(500) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `operator_actions_intent_id_id_idx` (`intent_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sync_states` (
  `name` VARCHAR(64) NOT NULL,
  `cursor_value` VARCHAR(500) NULL,
  `owner` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `lease_until` DATETIME(3) NULL,
  `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ticket_comments` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `inv_gate_comment_id` BIGINT UNSIGNED NOT NULL,
  `author_id` BIGINT NULL,
  `message` MEDIUMTEXT NOT NULL,
  `customer_visible` BOOLEAN NOT NULL,
  `is_solution` BOOLEAN NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ticket_comments_inv_gate_comment_id_key` (`inv_gate_comment_id`),
  INDEX `ticket_comments_ticket_id_id_idx` (`ticket_id`, `id`),
  CONSTRAINT `ticket_comments_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
