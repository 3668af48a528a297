-- The scans of tickets at gates, never changed: what a ticket's scans come to is what its standing is. Ids of events and
-- tickets are others', so they are kept as bytes: no collation takes two of them for one.
CREATE TABLE `check_in_scans` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `event_id` VARBINARY(760) NOT NULL,
  `ticket_id` VARBINARY(760) NOT NULL,
  `seq` INT UNSIGNED NOT NULL,
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `direction` VARCHAR(8) NOT NULL,
  `scanned_by` VARCHAR(320) NOT NULL,
  `scanned_at` DATETIME(3) NOT NULL,
  `recorded_at` DATETIME(3) NOT NULL,
  `offline` BOOLEAN NOT NULL,
  `event_is_number` BOOLEAN NOT NULL,
  `ticket_is_number` BOOLEAN NOT NULL,
  `nonce` VARCHAR(128) NULL,
  `nonce_key` BINARY(32) NULL,
  PRIMARY KEY (`tenant_id`, `event_id`, `ticket_id`, `seq`),
  UNIQUE INDEX `check_in_scans_nonce_key_key` (`nonce_key`),
  INDEX `check_in_scans_tenant_id_event_id_id_idx` (`tenant_id`, `event_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- An event's totals in a few slots, so that its gates do not wait for one row; they are summed on reading.
CREATE TABLE `check_in_totals` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `event_id` VARBINARY(760) NOT NULL,
  `slot` TINYINT UNSIGNED NOT NULL,
  `checked_in` INT NOT NULL,
  `inside` INT NOT NULL,
  `has_guest_list` BOOLEAN NOT NULL DEFAULT 0,
  PRIMARY KEY (`tenant_id`, `event_id`, `slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `check_in_guest_lists` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `event_id` VARBINARY(760) NOT NULL,
  `changed_by` VARCHAR(320) NOT NULL,
  `changed_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tenant_id`, `event_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `check_in_guests` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `event_id` VARBINARY(760) NOT NULL,
  `ticket_id` VARBINARY(760) NOT NULL,
  `ticket_is_number` BOOLEAN NOT NULL,
  PRIMARY KEY (`tenant_id`, `event_id`, `ticket_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
