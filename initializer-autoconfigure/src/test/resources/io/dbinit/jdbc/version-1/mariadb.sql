CREATE TABLE `data` (
  `name` varchar(10) DEFAULT NULL
) ENGINE=InnoDB;
INSERT INTO `data` VALUES ('a');
CREATE TABLE `db_init_change` (
  `token` bigint(20) NOT NULL,
  `position` int(11) NOT NULL,
  `step` varchar(190) NOT NULL,
  `change_text` longtext NOT NULL,
  `intended_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`token`,`position`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `db_init_change` VALUES (3,1,'liquibase','create table \'other\'','2026-11-26 06:39:26.593281');
CREATE TABLE `db_init_database` (
  `id` int(11) NOT NULL,
  `created_at` datetime(6) DEFAULT NULL,
  `environment` varchar(255) DEFAULT NULL,
  `complete` tinyint(1) NOT NULL,
  `token` bigint(20) NOT NULL,
  `revision` bigint(20) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `db_init_database` VALUES (1,'2026-11-26 06:39:26.434462','test',1,2,6);
CREATE TABLE `db_init_lock` (
  `id` int(11) NOT NULL,
  `owner` varchar(255) DEFAULT NULL,
  `token` bigint(20) NOT NULL,
  `acquired_at` datetime(6) DEFAULT NULL,
  `expires_at` datetime(6) DEFAULT NULL,
  `doing` varchar(1000) DEFAULT NULL,
  `session` varchar(100) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `db_init_lock` VALUES (1,NULL,3,'2026-11-26 06:39:26.592002',NULL,NULL,NULL);
CREATE TABLE `db_init_run` (
  `id` varchar(36) NOT NULL,
  `token` bigint(20) NOT NULL,
  `host` varchar(255) DEFAULT NULL,
  `application` varchar(255) DEFAULT NULL,
  `started_at` datetime(6) DEFAULT NULL,
  `duration_ms` bigint(20) DEFAULT NULL,
  `outcome` varchar(20) DEFAULT NULL,
  `error` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `db_init_run` VALUES ('33733091-ba1d-40ea-96b2-aabcc7a4e4a0',1,'host','app 1.0','2026-11-26 06:39:26.233083',246,'FAILED','Failed at step \'seed fails\' of \'jdbc\': intended\n  done \'liquibase\': create table \'data\'\n  failed \'seed fails\'');
INSERT INTO `db_init_run` VALUES ('3f904ab9-22d0-48b6-8ec2-f05fc029fdb1',2,'host','app 1.0','2026-11-26 06:39:26.508460',37,'DONE',NULL);
CREATE TABLE `db_init_run_step` (
  `run_id` varchar(36) NOT NULL,
  `position` int(11) NOT NULL,
  `name` varchar(190) NOT NULL,
  `phase` varchar(20) DEFAULT NULL,
  `outcome` varchar(20) DEFAULT NULL,
  `started_at` datetime(6) DEFAULT NULL,
  `duration_ms` bigint(20) DEFAULT NULL,
  `changes` longtext DEFAULT NULL,
  `error` longtext DEFAULT NULL,
  PRIMARY KEY (`run_id`,`position`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `db_init_run_step` VALUES ('33733091-ba1d-40ea-96b2-aabcc7a4e4a0',0,'liquibase','MIGRATE','DONE','2026-11-26 06:39:26.436126',41,'create table \'data\'',NULL);
INSERT INTO `db_init_run_step` VALUES ('33733091-ba1d-40ea-96b2-aabcc7a4e4a0',1,'seed fails','SEED','FAILED','2026-11-26 06:39:26.477438',1,'','intended');
INSERT INTO `db_init_run_step` VALUES ('3f904ab9-22d0-48b6-8ec2-f05fc029fdb1',0,'liquibase','MIGRATE','UP_TO_DATE',NULL,NULL,'',NULL);
INSERT INTO `db_init_run_step` VALUES ('3f904ab9-22d0-48b6-8ec2-f05fc029fdb1',1,'seed countries','SEED','DONE','2026-11-26 06:39:26.540884',4,'',NULL);
CREATE TABLE `db_init_step` (
  `name` varchar(190) NOT NULL,
  `fingerprint` longtext DEFAULT NULL,
  `recorded_at` datetime(6) DEFAULT NULL,
  `current_version` varchar(500) DEFAULT NULL,
  `latest_version` varchar(500) DEFAULT NULL,
  `pending` int(11) DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO `db_init_step` VALUES ('liquibase','1','2026-11-26 06:39:26.547064','2','3',1);
INSERT INTO `db_init_step` VALUES ('seed countries','1','2026-11-26 06:39:26.547281',NULL,NULL,NULL);
