-- What the identity-service's feed tells, and how far it was read. Nothing refers to anything here: a person may be told
-- of before their tenant is.
CREATE TABLE `directory_tenants` (
  `id` INT UNSIGNED NOT NULL,
  `name` VARCHAR(190) NOT NULL,
  `active` BOOLEAN NOT NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `directory_domains` (
  `domain` VARCHAR(253) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  PRIMARY KEY (`domain`),
  INDEX `directory_domains_tenant_id_idx` (`tenant_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `directory_users` (
  `id` BIGINT UNSIGNED NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `last_name` VARCHAR(100) NOT NULL,
  `email` VARCHAR(190) NULL,
  `username` VARCHAR(50) NULL,
  `login_key` VARCHAR(320) NOT NULL,
  `role` VARCHAR(16) NOT NULL,
  `active` BOOLEAN NOT NULL,
  `invgate_id` BIGINT UNSIGNED NULL,
  PRIMARY KEY (`id`),
  INDEX `directory_users_tenant_id_role_id_idx` (`tenant_id`, `role`, `id`),
  INDEX `directory_users_tenant_id_last_name_name_idx` (`tenant_id`, `last_name`, `name`),
  INDEX `directory_users_login_key_idx` (`login_key`),
  INDEX `directory_users_invgate_id_idx` (`invgate_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `directory_teams` (
  `id` INT UNSIGNED NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `directory_teams_tenant_id_id_idx` (`tenant_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `directory_team_members` (
  `team_id` INT UNSIGNED NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `lead` BOOLEAN NOT NULL,
  PRIMARY KEY (`team_id`, `user_id`),
  INDEX `directory_team_members_user_id_idx` (`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `directory_ended_sessions` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `directory_ended_sessions_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `directory_api_keys` (
  `id` BIGINT UNSIGNED NOT NULL,
  `hash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `scopes` VARCHAR(255) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row, which whoever applies a page of the feed locks.
CREATE TABLE `directory_cursor` (
  `id` INT UNSIGNED NOT NULL,
  `origin` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `seq` BIGINT UNSIGNED NOT NULL,
  `synced_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO `directory_cursor` (`id`, `origin`, `seq`) VALUES (1, NULL, 0);
