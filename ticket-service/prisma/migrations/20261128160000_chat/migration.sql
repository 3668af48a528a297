-- Who of the staff is there. One row a person, so it needs no purge; the directory says whose rows count.
CREATE TABLE `chat_presence` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `user_id` BIGINT UNSIGNED NOT NULL,
  `status` VARCHAR(8) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tenant_id`, `user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- `last_message_id` is the newest entry of the session: whoever waits for news looks at it alone.
CREATE TABLE `chat_sessions` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `user_id` BIGINT UNSIGNED NULL,
  `creator_login` VARCHAR(320) NOT NULL,
  `creator_key` VARCHAR(320) NOT NULL,
  `creator_name` VARCHAR(400) NOT NULL,
  `creator_invgate_id` BIGINT UNSIGNED NULL,
  `title` VARCHAR(255) NOT NULL,
  `category` VARCHAR(16) NOT NULL,
  `status` VARCHAR(8) NOT NULL,
  `agent_id` BIGINT UNSIGNED NULL,
  `agent_name` VARCHAR(400) NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  `last_message_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `message_count` INT UNSIGNED NOT NULL,
  `waiting_until` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL,
  `accepted_at` DATETIME(3) NULL,
  `ended_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `chat_sessions_tenant_id_status_id_idx` (`tenant_id`, `status`, `id`),
  INDEX `chat_sessions_tenant_id_creator_key_id_idx` (`tenant_id`, `creator_key`, `id`),
  INDEX `chat_sessions_status_id_idx` (`status`, `id`),
  INDEX `chat_sessions_ended_at_idx` (`ended_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was said, and what became of the session, in one order. Written under the lock of the session's row, so that no
-- entry ever comes to stand before one that somebody has read.
CREATE TABLE `chat_messages` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `session_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` VARCHAR(16) NOT NULL,
  `author` VARCHAR(16) NOT NULL,
  `user_id` BIGINT UNSIGNED NULL,
  `author_name` VARCHAR(400) NOT NULL,
  `message` TEXT NOT NULL,
  `nonce_key` BINARY(32) NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `chat_messages_nonce_key_key` (`nonce_key`),
  INDEX `chat_messages_session_id_id_idx` (`session_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
