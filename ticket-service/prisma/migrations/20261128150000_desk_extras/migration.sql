-- What those who answer tickets sort them by. Folded, so that a tag is one however it is written.
CREATE TABLE `ticket_tags` (
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tag` VARCHAR(50) NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  PRIMARY KEY (`ticket_id`, `tag`),
  INDEX `ticket_tags_tenant_id_tag_ticket_id_idx` (`tenant_id`, `tag`, `ticket_id`),
  CONSTRAINT `ticket_tags_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- That one ticket has to do with another. What is so both ways, `relates`, is kept once, from the lower id to the higher.
CREATE TABLE `ticket_links` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `from_ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `to_ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `kind` VARCHAR(16) NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ticket_links_from_ticket_id_to_ticket_id_kind_key` (`from_ticket_id`, `to_ticket_id`, `kind`),
  INDEX `ticket_links_to_ticket_id_idx` (`to_ticket_id`),
  CONSTRAINT `ticket_links_from_ticket_id_fkey` FOREIGN KEY (`from_ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `ticket_links_to_ticket_id_fkey` FOREIGN KEY (`to_ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How content a requester was: at most one row each time that the ticket was done, kept for as long as the ticket.
-- `ended_at`: when it was taken up again, after which the next time counts.
CREATE TABLE `ticket_ratings` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `ticket_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `score` TINYINT UNSIGNED NOT NULL,
  `comment` TEXT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  `ended_at` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `ticket_ratings_ticket_id_id_idx` (`ticket_id`, `id`),
  INDEX `ticket_ratings_tenant_id_created_at_score_idx` (`tenant_id`, `created_at`, `score`),
  CONSTRAINT `ticket_ratings_ticket_id_fkey` FOREIGN KEY (`ticket_id`) REFERENCES `tickets` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Texts that are written once and used in many replies. Few: the admins of a tenant write them.
CREATE TABLE `canned_replies` (
  `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `tenant_id` INT UNSIGNED NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `body` MEDIUMTEXT NOT NULL,
  `created_at` DATETIME(3) NOT NULL,
  `updated_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `canned_replies_tenant_id_name_key` (`tenant_id`, `name`),
  INDEX `canned_replies_tenant_id_id_idx` (`tenant_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
