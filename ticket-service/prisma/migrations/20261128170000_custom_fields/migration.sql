-- What a tenant asks of its tickets besides what all tickets have.
CREATE TABLE `custom_fields` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `field_key` VARCHAR(40) NOT NULL,
  `label` VARCHAR(100) NOT NULL,
  `type` VARCHAR(16) NOT NULL,
  `category` VARCHAR(16) NULL,
  `required` BOOLEAN NOT NULL,
  `options` TEXT NOT NULL,
  `position` INT UNSIGNED NOT NULL,
  `active` BOOLEAN NOT NULL,
  `visible_to` VARCHAR(16) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `custom_fields_tenant_id_field_key_key` (`tenant_id`, `field_key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Values as JSON. They go with their ticket, and with their field when that is deleted.
CREATE TABLE `ticket_field_values` (
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `field_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `value` TEXT NOT NULL,
  PRIMARY KEY (`ticket_id`, `field_id`),
  INDEX `ticket_field_values_field_id_idx` (`field_id`),
  CONSTRAINT `ticket_field_values_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Which row of an imported file a ticket is: the same row is never imported twice.
CREATE TABLE `imported_tickets` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `external_id` VARCHAR(190) NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (`tenant_id`, `external_id`),
  INDEX `imported_tickets_ticket_id_idx` (`ticket_id`),
  CONSTRAINT `imported_tickets_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
