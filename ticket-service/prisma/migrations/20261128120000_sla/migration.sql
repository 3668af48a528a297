-- What a tenant promises for a category of tickets, in minutes of its business time. At most a row a category.
CREATE TABLE `sla_policies` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `category` VARCHAR(16) NOT NULL,
  `response_minutes` INT UNSIGNED NOT NULL,
  `resolution_minutes` INT UNSIGNED NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  `updated_by` VARCHAR(320) NOT NULL,
  PRIMARY KEY (`tenant_id`, `category`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- When a tenant works; every minute, where it has no row. `hours` is an object of weekdays, each with a list of
-- ["HH:MM","HH:MM"]; `holidays` a list of local dates.
CREATE TABLE `business_calendars` (
  `tenant_id` INT UNSIGNED NOT NULL,
  `time_zone` VARCHAR(64) NOT NULL,
  `hours` TEXT NOT NULL,
  `holidays` TEXT NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tenant_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
