-- A ticket of the help desk is here first and in InvGate later, so InvGate's number may be missing. `origin` says where it
-- was raised, which until now the version of its UUID told.
ALTER TABLE `tickets`
  MODIFY COLUMN `inv_gate_id` BIGINT UNSIGNED NULL,
  ADD COLUMN `origin` VARCHAR(8) NOT NULL DEFAULT 'here',
  ADD COLUMN `category` VARCHAR(16) NOT NULL DEFAULT 'service',
  ADD COLUMN `priority` VARCHAR(8) NOT NULL DEFAULT 'medium',
  ADD COLUMN `member_id` BIGINT UNSIGNED NULL,
  ADD COLUMN `agent_id` BIGINT UNSIGNED NULL,
  ADD COLUMN `attachment_url` VARCHAR(2048) NULL,
  ADD COLUMN `version` INT UNSIGNED NOT NULL DEFAULT 1,
  ADD COLUMN `escalation_level` INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN `waiting_since` DATETIME(3) NULL,
  ADD COLUMN `merged_into` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN `inv_gate_status_id` BIGINT NULL,
  ADD COLUMN `sla_response_minutes` INT UNSIGNED NULL,
  ADD COLUMN `sla_resolution_minutes` INT UNSIGNED NULL,
  ADD COLUMN `response_due_at` DATETIME(3) NULL,
  ADD COLUMN `resolution_due_at` DATETIME(3) NULL,
  ADD COLUMN `first_response_at` DATETIME(3) NULL,
  ADD COLUMN `sla_stopped_at` DATETIME(3) NULL,
  ADD COLUMN `next_escalation_at` DATETIME(3) NULL;

-- What was raised in InvGate had UUIDs of version 5, whose order is none. Now all ids are of version 7: their order is the
-- order in time. What refers to them follows by ON UPDATE CASCADE.
UPDATE `tickets` SET `origin` = 'invgate' WHERE SUBSTRING(`id`, 15, 1) = '5';
UPDATE `tickets` SET `id` = LOWER(CONCAT(
    SUBSTRING(LPAD(HEX(FLOOR(UNIX_TIMESTAMP(`created_at`) * 1000)), 12, '0'), 1, 8), '-',
    SUBSTRING(LPAD(HEX(FLOOR(UNIX_TIMESTAMP(`created_at`) * 1000)), 12, '0'), 9, 4), '-7',
    SUBSTRING(SHA2(`id`, 256), 1, 3), '-a', SUBSTRING(SHA2(`id`, 256), 4, 3), '-', SUBSTRING(SHA2(`id`, 256), 7, 12)))
  WHERE `origin` = 'invgate' AND SUBSTRING(`id`, 15, 1) = '5';
UPDATE `tickets` SET `member_id` = `user_id`;

-- Searched without regard to case, which a binary collation would not allow.
ALTER TABLE `tickets`
  MODIFY COLUMN `title` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
  MODIFY COLUMN `description` MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
  ADD INDEX `tickets_tenant_id_id_idx` (`tenant_id`, `id`),
  ADD INDEX `tickets_tenant_id_status_id_idx` (`tenant_id`, `status`, `id`),
  ADD INDEX `tickets_tenant_id_category_id_idx` (`tenant_id`, `category`, `id`),
  ADD INDEX `tickets_tenant_id_priority_id_idx` (`tenant_id`, `priority`, `id`),
  ADD INDEX `tickets_tenant_id_agent_id_id_idx` (`tenant_id`, `agent_id`, `id`),
  ADD INDEX `tickets_tenant_id_agent_id_status_id_idx` (`tenant_id`, `agent_id`, `status`, `id`),
  ADD INDEX `tickets_tenant_id_member_id_id_idx` (`tenant_id`, `member_id`, `id`),
  ADD INDEX `tickets_tenant_id_creator_key_id_idx` (`tenant_id`, `creator_key`, `id`),
  ADD INDEX `tickets_next_escalation_at_idx` (`next_escalation_at`);
ALTER TABLE `tickets` ADD FULLTEXT INDEX `tickets_title_description_idx` (`title`, `description`);

-- InvGate's comments and our replies are one thing.
CREATE TABLE `ticket_replies` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `origin` VARCHAR(8) NOT NULL,
  `user_id` BIGINT UNSIGNED NULL,
  `author_name` VARCHAR(400) NOT NULL,
  `author_id` BIGINT NULL,
  `message` MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
  `internal` BOOLEAN NOT NULL,
  `is_solution` BOOLEAN NOT NULL,
  `attachment_url` VARCHAR(2048) NULL,
  `inv_gate_comment_id` BIGINT UNSIGNED NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ticket_replies_inv_gate_comment_id_key` (`inv_gate_comment_id`),
  INDEX `ticket_replies_ticket_id_id_idx` (`ticket_id`, `id`),
  CONSTRAINT `ticket_replies_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
ALTER TABLE `ticket_replies` ADD FULLTEXT INDEX `ticket_replies_message_idx` (`message`);
INSERT INTO `ticket_replies`
    (`id`, `ticket_id`, `origin`, `author_name`, `author_id`, `message`, `internal`, `is_solution`, `inv_gate_comment_id`, `created_at`)
  SELECT `id`, `ticket_id`, 'invgate', '', `author_id`, `message`, NOT `customer_visible`, `is_solution`, `inv_gate_comment_id`, `created_at`
    FROM `ticket_comments`;
DROP TABLE `ticket_comments`;

-- What happened to a ticket, as people are shown it. That it was raised, the ticket itself says.
CREATE TABLE `ticket_activities` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `actor_id` BIGINT UNSIGNED NULL,
  `actor_name` VARCHAR(400) NOT NULL,
  `action` VARCHAR(32) NOT NULL,
  `message` TEXT NULL,
  `internal` BOOLEAN NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `ticket_activities_ticket_id_id_idx` (`ticket_id`, `id`),
  CONSTRAINT `ticket_activities_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who changed what, for whoever has to answer for it. Never changed, and nothing refers to it, so that it outlives all.
CREATE TABLE `audit_entries` (
  `seq` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `at` DATETIME(3) NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `actor_id` BIGINT UNSIGNED NULL,
  `actor` VARCHAR(320) NOT NULL,
  `action` VARCHAR(64) NOT NULL,
  `subject` VARCHAR(320) NOT NULL,
  `address` VARCHAR(45) NULL,
  `request_id` VARCHAR(128) NULL,
  `details` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`seq`),
  INDEX `audit_entries_tenant_id_seq_idx` (`tenant_id`, `seq`),
  INDEX `audit_entries_tenant_id_subject_seq_idx` (`tenant_id`, `subject`, `seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ticket_watchers` (
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`ticket_id`, `user_id`),
  INDEX `ticket_watchers_tenant_id_user_id_idx` (`tenant_id`, `user_id`),
  CONSTRAINT `ticket_watchers_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What InvGate still has to be told of a ticket that it has.
CREATE TABLE `mirror_jobs` (
  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` VARCHAR(8) NOT NULL,
  `reply_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `sent_at` DATETIME(3) NULL,
  `attempts` INT UNSIGNED NOT NULL DEFAULT 0,
  `available_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `last_error` VARCHAR(500) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  INDEX `mirror_jobs_available_at_idx` (`available_at`),
  INDEX `mirror_jobs_ticket_id_id_idx` (`ticket_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `invgate_mappings` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `mapping` MEDIUMTEXT NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tenant_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What has no counterpart on the other side, one row a thing.
CREATE TABLE `mapping_failures` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `kind` VARCHAR(16) NOT NULL,
  `value` VARCHAR(190) NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `occurrences` INT UNSIGNED NOT NULL,
  `first_at` DATETIME(3) NOT NULL,
  `last_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tenant_id`, `kind`, `value`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
