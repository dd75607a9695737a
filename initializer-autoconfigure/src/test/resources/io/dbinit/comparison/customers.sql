--liquibase formatted sql logicalFilePath:customers.sql

--changeset test:customer
create table customer (id bigint primary key, name varchar(255));
