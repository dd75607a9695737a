--liquibase formatted sql
--changeset a:one
create table one (id int primary key);
