CREATE TABLE data (
    name character varying(10)
);
CREATE TABLE db_init_change (
    token bigint NOT NULL,
    "position" integer NOT NULL,
    step character varying(190) NOT NULL,
    change_text text NOT NULL,
    intended_at timestamp(6) without time zone
);
CREATE TABLE db_init_database (
    id integer NOT NULL,
    created_at timestamp(6) without time zone,
    environment character varying(255),
    complete boolean NOT NULL,
    token bigint NOT NULL,
    revision bigint NOT NULL
);
CREATE TABLE db_init_lock (
    id integer NOT NULL,
    owner character varying(255),
    token bigint NOT NULL,
    acquired_at timestamp(6) without time zone,
    expires_at timestamp(6) without time zone,
    doing character varying(1000),
    session character varying(100)
);
CREATE TABLE db_init_run (
    id character varying(36) NOT NULL,
    token bigint NOT NULL,
    host character varying(255),
    application character varying(255),
    started_at timestamp(6) without time zone,
    duration_ms bigint,
    outcome character varying(20),
    error text
);
CREATE TABLE db_init_run_step (
    run_id character varying(36) NOT NULL,
    "position" integer NOT NULL,
    name character varying(190) NOT NULL,
    phase character varying(20),
    outcome character varying(20),
    started_at timestamp(6) without time zone,
    duration_ms bigint,
    changes text,
    error text
);
CREATE TABLE db_init_step (
    name character varying(190) NOT NULL,
    fingerprint text,
    recorded_at timestamp(6) without time zone,
    current_version character varying(500),
    latest_version character varying(500),
    pending integer
);
INSERT INTO data VALUES ('a');
INSERT INTO db_init_database VALUES (1, '2026-11-26 06:39:27.779301', 'test', true, 2, 6);
INSERT INTO db_init_lock VALUES (1, NULL, 3, '2026-11-26 06:39:27.999706', NULL, NULL, NULL);
INSERT INTO db_init_run VALUES ('9ce29c52-70fc-4420-9708-5d577f6ae428', 1, 'host', 'app 1.0', '2026-11-26 06:39:26.598205', 1213, 'FAILED', 'Failed at step ''seed fails'' of ''jdbc'': intended
  done ''liquibase'': create table ''data''
  failed ''seed fails''');
INSERT INTO db_init_run VALUES ('5451f9ef-5266-4b9e-92ff-f4003efcb52b', 2, 'host', 'app 1.0', '2026-11-26 06:39:27.823058', 103, 'DONE', NULL);
INSERT INTO db_init_run_step VALUES ('9ce29c52-70fc-4420-9708-5d577f6ae428', 0, 'liquibase', 'MIGRATE', 'DONE', '2026-11-26 06:39:27.790051', 15, 'create table ''data''', NULL);
INSERT INTO db_init_run_step VALUES ('9ce29c52-70fc-4420-9708-5d577f6ae428', 1, 'seed fails', 'SEED', 'FAILED', '2026-11-26 06:39:27.806087', 4, '', 'intended');
INSERT INTO db_init_run_step VALUES ('5451f9ef-5266-4b9e-92ff-f4003efcb52b', 0, 'liquibase', 'MIGRATE', 'UP_TO_DATE', NULL, NULL, '', NULL);
INSERT INTO db_init_run_step VALUES ('5451f9ef-5266-4b9e-92ff-f4003efcb52b', 1, 'seed countries', 'SEED', 'DONE', '2026-11-26 06:39:27.917362', 8, '', NULL);
INSERT INTO db_init_step VALUES ('liquibase', '1', '2026-11-26 06:39:27.927997', '2', '3', 1);
INSERT INTO db_init_step VALUES ('seed countries', '1', '2026-11-26 06:39:27.928824', NULL, NULL, NULL);
ALTER TABLE ONLY db_init_change
    ADD CONSTRAINT db_init_change_pkey PRIMARY KEY (token, "position");
ALTER TABLE ONLY db_init_database
    ADD CONSTRAINT db_init_database_pkey PRIMARY KEY (id);
ALTER TABLE ONLY db_init_lock
    ADD CONSTRAINT db_init_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY db_init_run
    ADD CONSTRAINT db_init_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY db_init_run_step
    ADD CONSTRAINT db_init_run_step_pkey PRIMARY KEY (run_id, "position");
ALTER TABLE ONLY db_init_step
    ADD CONSTRAINT db_init_step_pkey PRIMARY KEY (name);
