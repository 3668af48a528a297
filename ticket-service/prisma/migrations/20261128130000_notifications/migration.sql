-- What people are told in app, a row a person. Nothing refers to a ticket here: old rows are purged by themselves.
CREATE TABLE `notifications` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `kind` VARCHAR(32) NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `actor_id` BIGINT UNSIGNED NULL,
  `title` VARCHAR(255) NOT NULL,
  `message` VARCHAR(1000) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `read_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `notifications_tenant_id_user_id_id_idx` (`tenant_id`, `user_id`, `id`),
  INDEX `notifications_tenant_id_user_id_read_at_id_idx` (`tenant_id`, `user_id`, `read_at`, `id`),
  INDEX `notifications_read_at_idx` (`read_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What somebody chose; who chose nothing has no row, and nobody has more than one a kind and channel.
CREATE TABLE `notification_settings` (
  `user_id` BIGINT UNSIGNED NOT NULL,
  `channel` VARCHAR(16) NOT NULL,
  `kind` VARCHAR(32) NOT NULL,
  `enabled` BOOLEAN NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`user_id`, `channel`, `kind`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A notification on its way through a channel, and afterwards how that ended. `body` is there until then.
CREATE TABLE `notification_deliveries` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `notification_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `channel` VARCHAR(16) NOT NULL,
  `staff_only` BOOLEAN NOT NULL,
  `body` TEXT NULL,
  `state` VARCHAR(16) NOT NULL,
  `attempts` INT UNSIGNED NOT NULL DEFAULT 0,
  `available_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `last_error` VARCHAR(500) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `finished_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `notification_deliveries_available_at_idx` (`available_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Where a tenant wants to be told of its events. `events` are kinds with spaces between; none means all of them.
CREATE TABLE `webhooks` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `url` VARCHAR(2048) NOT NULL,
  `description` VARCHAR(255) NOT NULL,
  `events` VARCHAR(255) NOT NULL,
  `active` BOOLEAN NOT NULL,
  `disabled_reason` VARCHAR(255) NULL,
  `secret` VARBINARY(255) NOT NULL,
  `previous_secret` VARBINARY(255) NULL,
  `previous_secret_until` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `webhooks_tenant_id_id_idx` (`tenant_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A message on its way to a webhook, and afterwards the log of how that ended. The id is the message's too.
CREATE TABLE `webhook_deliveries` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `webhook_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `event` VARCHAR(32) NOT NULL,
  `payload` MEDIUMTEXT NOT NULL,
  `state` VARCHAR(16) NOT NULL,
  `attempts` INT UNSIGNED NOT NULL DEFAULT 0,
  `available_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `response_status` SMALLINT UNSIGNED NULL,
  `duration_ms` INT UNSIGNED NULL,
  `last_error` VARCHAR(500) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `finished_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `webhook_deliveries_available_at_idx` (`available_at`),
  INDEX `webhook_deliveries_webhook_id_id_idx` (`webhook_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
