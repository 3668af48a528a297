ALTER TABLE `tenants` ADD COLUMN `settings` TEXT NULL;

CREATE TABLE `tenant_domains` (
  `domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  PRIMARY KEY (`domain`),
  INDEX `tenant_domains_tenant_id_idx` (`tenant_id`),
  CONSTRAINT `tenant_domains_tenant_id_fkey` FOREIGN KEY (`tenant_id`) REFERENCES `tenants` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `users`
  ADD COLUMN `settings` TEXT NULL,
  ADD COLUMN `last_login_at` DATETIME(3) NULL,
  ADD COLUMN `session_epoch` INT UNSIGNED NOT NULL DEFAULT 0;

-- An address that asks for a new password is a job's subject.
ALTER TABLE `outbox_jobs` MODIFY `subject` VARCHAR(190) NOT NULL;

CREATE TABLE `sessions` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `dialect` VARCHAR(16) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `proved_at` DATETIME(3) NOT NULL,
  `last_used_at` DATETIME(3) NOT NULL,
  `idle_expires_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3) NULL,
  `end_reason` VARCHAR(32) NULL,
  `address` VARCHAR(45) NULL,
  `device` VARCHAR(255) NULL,
  PRIMARY KEY (`id`),
  INDEX `sessions_user_id_created_at_idx` (`user_id`, `created_at`),
  INDEX `sessions_expires_at_idx` (`expires_at`),
  CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `refresh_tokens` (
  `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `session_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `generation` INT UNSIGNED NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `used_at` DATETIME(3) NULL,
  PRIMARY KEY (`hash`),
  UNIQUE INDEX `refresh_tokens_session_id_generation_key` (`session_id`, `generation`),
  CONSTRAINT `refresh_tokens_session_id_fkey` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `one_time_tokens` (
  `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` VARCHAR(32) NOT NULL,
  `user_id` BIGINT UNSIGNED NULL,
  `payload` TEXT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`hash`),
  INDEX `one_time_tokens_user_id_kind_idx` (`user_id`, `kind`),
  INDEX `one_time_tokens_expires_at_idx` (`expires_at`),
  CONSTRAINT `one_time_tokens_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `guesses` (
  `id` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `failures` INT UNSIGNED NOT NULL,
  `blocked_until` DATETIME(3) NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `guesses_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `second_factors` (
  `user_id` BIGINT UNSIGNED NOT NULL,
  `secret` VARBINARY(255) NOT NULL,
  `confirmed_at` DATETIME(3) NULL,
  `last_step` BIGINT UNSIGNED NOT NULL DEFAULT 0,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`user_id`),
  CONSTRAINT `second_factors_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `recovery_codes` (
  `user_id` BIGINT UNSIGNED NOT NULL,
  `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `used_at` DATETIME(3) NULL,
  PRIMARY KEY (`user_id`, `hash`),
  CONSTRAINT `recovery_codes_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `api_keys` (
  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `prefix` VARCHAR(16) NOT NULL,
  `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `scopes` VARCHAR(255) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  `last_used_at` DATETIME(3) NULL,
  `revoked_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `api_keys_hash_key` (`hash`),
  INDEX `api_keys_user_id_idx` (`user_id`),
  CONSTRAINT `api_keys_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `external_identities` (
  `issuer` VARCHAR(255) NOT NULL,
  `subject` VARCHAR(255) NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`issuer`, `subject`),
  INDEX `external_identities_user_id_idx` (`user_id`),
  CONSTRAINT `external_identities_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `teams` (
  `id` INT UNSIGNED NOT NULL AUTO_INCREMENT,
  `tenant_id` INT UNSIGNED NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`),
  UNIQUE INDEX `teams_tenant_id_name_key` (`tenant_id`, `name`),
  CONSTRAINT `teams_tenant_id_fkey` FOREIGN KEY (`tenant_id`) REFERENCES `tenants` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `team_members` (
  `team_id` INT UNSIGNED NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `lead` BOOLEAN NOT NULL DEFAULT false,
  `added_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`team_id`, `user_id`),
  INDEX `team_members_user_id_idx` (`user_id`),
  CONSTRAINT `team_members_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `team_members_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The newest state of each thing, in the order of the commits: who locks the head writes alone.
CREATE TABLE `feed_entries` (
  `entity` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `entity_id` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seq` BIGINT UNSIGNED NOT NULL,
  `payload` MEDIUMTEXT NULL,
  `expires_at` DATETIME(3) NULL,
  PRIMARY KEY (`entity`, `entity_id`),
  UNIQUE INDEX `feed_entries_seq_key` (`seq`),
  INDEX `feed_entries_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ledger_heads` (
  `name` VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `seq` BIGINT UNSIGNED NOT NULL,
  `mark` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The feed's mark names this database, so that a follower notices another one; the audit's is the hash of its last entry.
INSERT INTO `ledger_heads` (`name`, `seq`, `mark`) VALUES
  ('feed', 0, SHA2(CONCAT(UUID(), RAND()), 256)),
  ('audit', 0, REPEAT('0', 64));

CREATE TABLE `audit_entries` (
  `seq` BIGINT UNSIGNED NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `actor_id` BIGINT UNSIGNED NULL,
  `actor` VARCHAR(320) NULL,
  `action` VARCHAR(64) NOT NULL,
  `subject` VARCHAR(320) NOT NULL,
  `address` VARCHAR(45) NULL,
  `request_id` VARCHAR(128) NULL,
  `details` TEXT NULL,
  `previous_hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`seq`),
  INDEX `audit_entries_tenant_id_seq_idx` (`tenant_id`, `seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
