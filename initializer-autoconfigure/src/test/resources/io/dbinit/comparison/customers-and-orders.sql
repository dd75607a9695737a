--liquibase formatted sql logicalFilePath:customers.sql

--changeset test:customer
create table customer (id bigint primary key, name varchar(255));

--changeset test:order
create table customer_order (id bigint primary key);
